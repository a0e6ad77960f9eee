import { strict as assert } from 'node:assert'
import { test as register, after } from 'node:test'
import { drivers, invocation, openPlace, read } from '../runtimes/place.ts'
import type { FunctionSpec, SandboxEvent } from '../../src/contracts/sandbox.ts'
import { nodeExtension, pythonExtension, shellExtension } from './programs.ts'

const places = Object.fromEntries(drivers.map((driver) => [driver, openPlace(driver, driver === 'isolated' ? 2 : 0)]))
after(async () => { for (const place of Object.values(places)) await place.close() })

type Start = (files: Record<string, string>, changes?: Partial<FunctionSpec> & { layer?: Record<string, string> }) =>
  ReturnType<ReturnType<typeof openPlace>['start']>

function test(name: string, run: (start: Start) => Promise<void>): void {
  for (const driver of drivers) register(`${driver}: ${name}`, () => run(places[driver]!.start))
}

const echo = { 'index.js': 'exports.handler = async (event) => { console.log("handler"); return event }' }

test('extensions in Node.js, Python and shell are started before the function, hear of its invocations and are shut down', async (start) => {
  const events: SandboxEvent[] = []
  const { environment, lines } = await start({ 'index.js': `console.log("init", Date.now()); ${echo['index.js']}` }, {
    layer: { 'extensions/a-node': nodeExtension(), 'extensions/b-python': pythonExtension(), 'extensions/c-shell': shellExtension('c-shell') },
    onEvent: (event) => void events.push(event), accountId: '123456789012',
  })
  assert.equal(environment.initError, undefined, lines.join('\n'))
  const states = events.flatMap((event) => event.type === 'extension' ? [`${event.name} ${event.state} ${event.events.join('+')}`] : [])
  assert.deepEqual(states, ['a-node Ready INVOKE+SHUTDOWN', 'b-python Ready INVOKE+SHUTDOWN', 'c-shell Ready INVOKE+SHUTDOWN'])
  const registered = lines.findIndex((line) => line.startsWith('a-node registered'))
  assert.deepEqual(JSON.parse(lines[registered]!.slice('a-node registered '.length)), {
    functionName: 'f', functionVersion: '$LATEST', handler: 'index.handler', accountId: '123456789012',
  })
  const startOf = (pattern: RegExp) => Number(lines.map((line) => pattern.exec(line)?.[1]).find(Boolean))
  assert.ok(startOf(/^a-node started (\d+)$/) < startOf(/\tinit (\d+)$/), lines.join('\n'))
  for (let n = 0; n < 2; n++) {
    const call = invocation({ n }, { traceHeader: 'Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1' })
    assert.deepEqual(read(await environment.invoke(call)), { n })
    for (const name of ['a-node', 'b-python', 'c-shell']) {
      const line = lines.findLast((one) => one.startsWith(`${name} event `))!
      const { deadlineMs, ...event } = JSON.parse(line.slice(`${name} event `.length))
      assert.ok(deadlineMs > Date.now() && deadlineMs <= Date.now() + 10_000)
      assert.deepEqual(event, {
        eventType: 'INVOKE', requestId: call.requestId, invokedFunctionArn: call.invokedFunctionArn,
        tracing: { type: 'X-Amzn-Trace-Id', value: call.traceHeader },
      })
    }
  }
  await environment.stop()
  for (const name of ['a-node', 'b-python', 'c-shell']) {
    assert.match(lines.findLast((line) => line.startsWith(`${name} event `))!, /"eventType":"SHUTDOWN","shutdownReason":"SPINDOWN","deadlineMs":\d+/)
    assert.ok(lines.includes(`${name} bye`), lines.join('\n'))
  }
})
