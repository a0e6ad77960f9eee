import { strict as assert } from 'node:assert'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { ownRuntimesFolder } from '../../src/sandbox/beside.ts'
import { drivers, invocation, openPlace, read } from './place.ts'

// A custom runtime with Python's own HTTP client: what AWS documents, and no client of ours.
const bootstrap = `#!/usr/bin/python3
import http.client, json, os
first = []
for fd in (3, 4):
    try: os.fstat(fd); first.append(fd)
    except OSError: pass
api = http.client.HTTPConnection(os.environ['AWS_LAMBDA_RUNTIME_API'])
def call(method, path, body=None, headers={}):
    api.request(method, '/2018-06-01/runtime/' + path, body, headers)
    answer = api.getresponse()
    return answer, answer.read()
print('ready', flush=True)
while True:
    head, event = call('GET', 'invocation/next')
    head, event = head.headers, json.loads(event)
    this = 'invocation/' + head['Lambda-Runtime-Aws-Request-Id']
    if event.get('exit') is not None: os._exit(event['exit'])
    if event.get('text') is not None: call('POST', this + '/response', event['text'])
    elif event.get('fail'): call('POST', this + '/error', '{"errorType":"Mine","errorMessage":"no"}', {'Lambda-Runtime-Function-Error-Type': 'Mine'})
    elif event.get('other'):
        answer, body = call('POST', 'invocation/other/response', '1')
        call('POST', this + '/response', json.dumps([answer.status, json.loads(body)]))
    else: call('POST', this + '/response', json.dumps({'event': event, 'handler': os.environ['_HANDLER'], 'root': os.getcwd() == os.environ['LAMBDA_TASK_ROOT'],
        'quote': os.environ.get('QUOTE'), 'fds': [fd for fd in (3, 4) if fd in first],
        'headers': [
            head['Lambda-Runtime-Trace-Id'], head['Lambda-Runtime-Client-Context'], head['Lambda-Runtime-Cognito-Identity'],
            head['Lambda-Runtime-Invoked-Function-Arn']],
        'leftMs': int(head['Lambda-Runtime-Deadline-Ms'])}))
`

for (const driver of drivers) {
  const place = openPlace(driver, driver === 'isolated' ? 1 : 0)
  after(() => place.close())
  const provided = { runtime: 'provided.al2023', handler: 'any.thing' }

  test(`${driver}: a bootstrap in the package serves invocations with every header, and its own descriptors only`, async () => {
    const { environment, lines } = await place.start({ bootstrap }, { ...provided, environment: { QUOTE: 'it\'s "two"\nlines $HOME' } })
    const asked = Date.now()
    const answer = read(await environment.invoke(invocation(
      { n: 1 }, { timeoutMs: 3000, traceHeader: 'Root=1;Sampled=1', clientContext: '{"a":1}', cognitoIdentity: '{"cognitoIdentityId":"i"}' }
    )))
    const arn = 'arn:aws:lambda:eu-west-1:000000000000:function:f'
    assert.deepEqual(answer.headers, ['Root=1;Sampled=1', '{"a":1}', '{"cognitoIdentityId":"i"}', arn])
    assert.deepEqual([answer.event, answer.handler, answer.root, answer.quote, answer.fds], [{ n: 1 }, 'any.thing', true, 'it\'s "two"\nlines $HOME', []])
    assert.ok(Math.abs(answer.leftMs - asked - 3000) < 500)
    assert.deepEqual(lines, ['ready'])
    assert.deepEqual(read(await environment.invoke(invocation({ other: true }))), [400, { errorMessage: 'Invalid request ID', errorType: 'InvalidRequestID' }])
    const failed = await environment.invoke(invocation({ fail: true }))
    assert.deepEqual([failed.kind, failed.kind === 'error' && failed.errorType], ['error', 'Mine'])
    const plain = await environment.invoke(invocation({ text: 'no JSON' }))
    assert.equal('payload' in plain && Buffer.from(plain.payload).toString(), 'no JSON')
    const ended = await environment.invoke(invocation({ exit: 3 }))
    assert.deepEqual([ended.kind, ended.kind === 'exit' && ended.code, environment.alive], ['exit', 3, false])
  })

  test(`${driver}: a bootstrap may come from a layer; none, or one that cannot be executed, is Runtime.InvalidEntrypoint`, async () => {
    const { environment } = await place.start({ 'a.txt': '' }, { ...provided, runtime: 'provided.al2', layer: { bootstrap } })
    assert.deepEqual(read(await environment.invoke(invocation({ n: 2 }))).event, { n: 2 })
    await environment.stop()
    const none = await place.start({ 'a.txt': '' }, provided)
    assert.equal(read(none.environment.initError).errorType, 'Runtime.InvalidEntrypoint')
    assert.match(read(none.environment.initError).errorMessage, /Couldn't find valid bootstrap/)
    const plain = await place.start({ bootstrap: 'echo' }, provided)
    assert.match(read(plain.environment.initError).errorMessage, /bootstrap: permission denied$/)
  })

  test(`${driver}: exits in init, and hangs in init`, async () => {
    const exits = await place.start({ bootstrap: '#!/bin/sh\nexit 7\n' }, provided)
    assert.deepEqual([exits.environment.initError?.kind, exits.environment.initError?.kind === 'exit' && exits.environment.initError.code], ['exit', 7])
    const hangs = await place.start({ bootstrap: '#!/bin/sh\nsleep 100\n' }, { ...provided, initTimeoutMs: 200 })
    assert.equal(hangs.environment.initError?.kind, 'timeout')
  })
}

test('Java: without a class of its name, or without a bootstrap where Fogbank was built without a JDK, a function says what is missing', async () => {
  const place = openPlace('process')
  const java = (await place.sandboxes.runtimes()).some((runtime) => runtime.name === 'java17')
  if (java) {
    const { environment } = await place.start({ 'a.txt': '' }, { runtime: 'java17', handler: 'shop.App::handle', initTimeoutMs: 60_000 })
    const isBuilt = existsSync(join(ownRuntimesFolder(), 'java/classes/fogbank/Bootstrap.class'))
    const said = read(environment.initError ?? await environment.invoke(invocation({}, { timeoutMs: 60_000 }))).errorMessage
    assert.match(said, isBuilt ? /^Class not found: shop.App$/ : /aws-lambda-java-runtime-interface-client/)
    await environment.stop()
  }
  await place.close()
})
