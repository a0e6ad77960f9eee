import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { ScriptedEnding } from '../../../sandbox/scripted.ts'
import { urlWorld, type UrlWorld } from '../testing/url-world.ts'

const closing: UrlWorld[] = []
after(async () => { for (const each of closing) await each.stop() })
const world = async (...given: Parameters<typeof urlWorld>) => {
  const made = await urlWorld(...given)
  closing.push(made)
  return made
}

test('CreateFunctionUrlConfig: a URL of 32 characters in its region, which Get shows, Update changes and Delete takes away', async () => {
  const { lambda, port, cloud } = await world()
  const created = await lambda.createFunctionUrlConfig({ FunctionName: 'f', AuthType: 'AWS_IAM', Cors: { AllowOrigins: ['*'], MaxAge: 9 } })
  assert.match(created.FunctionUrl!, new RegExp(`^http://[a-z0-9]{32}\\.lambda-url\\.us-east-1\\.localhost:${port}/$`))
  const { FunctionUrl, FunctionArn, CreationTime } = created
  assert.deepEqual([FunctionArn, CreationTime], ['arn:aws:lambda:us-east-1:000000000000:function:f', '2026-01-01T00:00:00.000Z'])
  await cloud.clock.advance(1000)
  const updated = await lambda.updateFunctionUrlConfig({ FunctionName: 'f', AuthType: 'NONE' })
  assert.deepEqual(
    [updated.FunctionUrl, updated.AuthType, updated.InvokeMode, updated.LastModifiedTime], [FunctionUrl, 'NONE', 'BUFFERED', '2026-01-01T00:00:01.000Z']
  )
  const { $metadata: _, ...shown } = await lambda.getFunctionUrlConfig({ FunctionName: 'f' })
  assert.deepEqual(shown, {
    FunctionUrl, FunctionArn, AuthType: 'NONE', InvokeMode: 'BUFFERED', Cors: { AllowOrigins: ['*'], MaxAge: 9 }, CreationTime,
    LastModifiedTime: '2026-01-01T00:00:01.000Z',
  })
  assert.equal((await lambda.updateFunctionUrlConfig({ FunctionName: 'f', Cors: {} })).Cors, undefined)
  await lambda.deleteFunctionUrlConfig({ FunctionName: 'f' })
  for (const gone of [lambda.getFunctionUrlConfig({ FunctionName: 'f' }), lambda.deleteFunctionUrlConfig({ FunctionName: 'f' })]) {
    await assert.rejects(gone, { name: 'ResourceNotFoundException', message: 'The resource you requested does not exist.' })
  }
})

test('CreateFunctionUrlConfig: one for a function and one for each alias; a second one, or one of what is not there, is refused', async () => {
  const { lambda } = await world()
  await lambda.publishVersion({ FunctionName: 'f' })
  await lambda.createAlias({ FunctionName: 'f', Name: 'live', FunctionVersion: '1' })
  const url = (Qualifier?: string, FunctionName = 'f') => lambda.createFunctionUrlConfig({ FunctionName, Qualifier, AuthType: 'NONE' })
  await url()
  const { FunctionArn } = await url('live')
  assert.equal(FunctionArn, 'arn:aws:lambda:us-east-1:000000000000:function:f:live')
  await assert.rejects(
    url(), { name: 'ResourceConflictException', message: /function:f\]\. Error message: {2}FunctionUrlConfig exists for this Lambda function$/ }
  )
  await assert.rejects(url('other'), { name: 'ResourceNotFoundException', message: 'Function does not exist' })
  await assert.rejects(url(undefined, 'nothing'), { name: 'ResourceNotFoundException' })
  await assert.rejects(url('1'), { name: 'ValidationException' })
  const first = await lambda.listFunctionUrlConfigs({ FunctionName: 'f', MaxItems: 1 })
  const second = await lambda.listFunctionUrlConfigs({ FunctionName: 'f', Marker: first.NextMarker })
  assert.deepEqual([...first.FunctionUrlConfigs!, ...second.FunctionUrlConfigs!].map(each => each.FunctionArn!.split(':')[7]), [undefined, 'live'])
  await lambda.deleteAlias({ FunctionName: 'f', Name: 'live' })
  assert.equal((await lambda.listFunctionUrlConfigs({ FunctionName: 'f' })).FunctionUrlConfigs!.length, 1)
})

test('a request reaches the function as payload 2.0, and its answer comes back with status, headers and cookies', async () => {
  const { open, call, events } = await world(() => ({ statusCode: 201, headers: { 'X-A': 'b' }, cookies: ['a=1', 'b=2; Secure'], body: 'made' }))
  const host = await open()
  const answer = await call(host, {
    method: 'POST', path: '/a%20b/c?x=1&x=2&y=', headers: { cookie: 'k=v; l=w', 'content-type': 'text/plain', 'user-agent': 'me' }, body: 'hello',
  })
  assert.deepEqual([answer.status, answer.body, answer.headers['x-a'], answer.headers['set-cookie']], [201, 'made', 'b', ['a=1', 'b=2; Secure']])
  const [{ headers, requestContext, ...event }] = events
  assert.deepEqual(event, {
    version: '2.0', routeKey: '$default', rawPath: '/a%20b/c', rawQueryString: 'x=1&x=2&y=', cookies: ['k=v', 'l=w'],
    queryStringParameters: { x: '1,2', y: '' },
    body: 'hello', isBase64Encoded: false,
  })
  const [id] = host.split('.')
  const { requestId, ...context } = requestContext
  assert.equal(answer.headers['x-amzn-requestid'], requestId)
  assert.deepEqual(context, {
    accountId: 'anonymous', apiId: id, domainName: host.split(':')[0], domainPrefix: id,
    http: { method: 'POST', path: '/a%20b/c', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'me' }, routeKey: '$default', stage: '$default',
    time: '01/Jan/2026:00:00:00 +0000', timeEpoch: Date.UTC(2026, 0, 1),
  })
  assert.deepEqual([headers.host, headers['x-forwarded-proto'], headers['content-length']], [host, 'http', '5'])
})

test('what has no status code is the body, as JSON; binary bodies go both ways as base64; the path form works as the host does', async () => {
  let answer: unknown = 'Hello'
  const { open, call, events } = await world(() => answer)
  const host = await open()
  const plain = await call(host)
  assert.deepEqual([plain.status, plain.body, plain.headers['content-type']], [200, '"Hello"', 'application/json'])
  answer = { statusCode: 200, isBase64Encoded: true, body: Buffer.from([0, 255]).toString('base64'), headers: { 'Content-Type': 'image/x' } }
  const binary = await call('127.0.0.1', { method: 'PUT', path: `/_fogbank/lambda/urls/${host.split('.')[0]}/in/side`, body: Buffer.from([255, 0]) })
  assert.deepEqual([binary.headers['content-type'], binary.headers['content-length']], ['image/x', '2'])
  assert.deepEqual([events[1].rawPath, events[1].body, events[1].isBase64Encoded], ['/in/side', '/wA=', true])
  answer = { statusCode: 200, body: 'text' }
  assert.equal((await call(host)).headers['content-type'], 'application/json')
})

test('auth NONE: the function\'s policy has to let anybody in, by lambda:InvokeFunctionUrl and lambda:InvokeFunction both', async () => {
  const { lambda, call, allow, events } = await world(() => 'in')
  const { FunctionUrl } = await lambda.createFunctionUrlConfig({ FunctionName: 'f', AuthType: 'NONE' })
  const { host } = new URL(FunctionUrl!)
  const refused = async () => {
    const { status, body, headers } = await call(host)
    assert.deepEqual([status, headers['x-amzn-errortype']], [403, 'AccessDeniedException'])
    assert.deepEqual(JSON.parse(body), {
      Message: 'Forbidden. For troubleshooting Function URL authorization issues, see: https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html',
    })
  }
  await refused()
  await lambda.addPermission({ FunctionName: 'f', StatementId: '1', Action: 'lambda:InvokeFunctionUrl', Principal: '*', FunctionUrlAuthType: 'NONE' })
  await refused()
  assert.equal(events.length, 0)
  await lambda.removePermission({ FunctionName: 'f', StatementId: '1' })
  await allow('f')
  assert.equal((await call(host)).status, 200)
  const { Policy } = await lambda.getPolicy({ FunctionName: 'f' })
  assert.deepEqual(JSON.parse(Policy!).Statement.map((each: any) => each.Condition), [
    { StringEquals: { 'lambda:FunctionUrlAuthType': 'NONE' } }, { Bool: { 'lambda:InvokedViaFunctionUrl': 'true' } },
  ])
  await lambda.updateFunctionUrlConfig({ FunctionName: 'f', AuthType: 'AWS_IAM' })
  await refused()
})

test('AddPermission: the conditions of URLs belong to their own actions', async () => {
  const { lambda } = await world()
  const add = (Action: string, more: object) => lambda.addPermission({ FunctionName: 'f', StatementId: 's', Principal: '*', Action, ...more })
  await assert.rejects(add('lambda:InvokeFunction', { FunctionUrlAuthType: 'NONE' }), {
    name: 'InvalidParameterValueException', message: 'FunctionUrlAuthType is only supported for lambda:InvokeFunctionUrl action',
  })
  await assert.rejects(add('lambda:InvokeFunctionUrl', { InvokedViaFunctionUrl: true }), { name: 'InvalidParameterValueException' })
})

test('auth AWS_IAM: a signer passes whose policies, or the function\'s, allow both actions; all others are Forbidden', async () => {
  const { lambda, user, signed, call, allow, events, port } = await world(event => event.requestContext.authorizer)
  const { FunctionUrl } = await lambda.createFunctionUrlConfig({ FunctionName: 'f', AuthType: 'AWS_IAM' })
  const { host } = new URL(FunctionUrl!)
  const statement = (Action: string[], more: object = {}) => ({
    Effect: 'Allow', Action, Resource: 'arn:aws:lambda:us-east-1:000000000000:function:f', ...more,
  })
  const both = ['lambda:InvokeFunctionUrl', 'lambda:InvokeFunction']
  const may = await user('may', [statement(both, { Condition: { StringEquals: { 'lambda:FunctionUrlAuthType': 'AWS_IAM' } } })])
  const half = await user('half', [statement(['lambda:InvokeFunctionUrl'])])
  const named = await user('named', [])
  const passed = await signed(host, may, { method: 'POST', path: '/x', body: 'b' })
  assert.equal(passed.status, 200)
  assert.equal(JSON.parse(passed.body).iam.userArn, 'arn:aws:iam::000000000000:user/may')
  assert.equal(events[0].requestContext.accountId, '000000000000')
  for (const answer of [
    await signed(host, half), await signed(host, named), await call(host), await call(`${host.split('.')[0]}.lambda-url.us-east-1.localhost:${port}`),
  ]) {
    assert.deepEqual([answer.status, answer.headers['x-amzn-errortype']], [403, 'AccessDeniedException'])
  }
  const forged = await signed(host, { ...may, secretAccessKey: 'wrong' })
  assert.deepEqual([forged.status, forged.headers['x-amzn-errortype']], [403, 'InvalidSignatureException'])
  assert.match(JSON.parse(forged.body).message, /signature/)
  await allow('f', 'arn:aws:iam::000000000000:user/named', 'AWS_IAM')
  assert.equal((await signed(host, named)).status, 200)
  // The root of another account: its own word is not enough without the function's.
  const root = { accessKeyId: '111111111111', secretAccessKey: 'x' }
  assert.equal((await signed(host, root)).status, 403)
  await lambda.removePermission({ FunctionName: 'f', StatementId: 'url' })
  await lambda.removePermission({ FunctionName: 'f', StatementId: 'invoke' })
  await allow('f', '111111111111', 'AWS_IAM')
  assert.equal((await signed(host, root)).status, 200)
})

test('a URL of an alias asks the alias\'s policy, and calls the version that it points to', async () => {
  const { lambda, call, allow } = await world((_, { spec }) => spec.environment.AWS_LAMBDA_FUNCTION_VERSION)
  await lambda.publishVersion({ FunctionName: 'f' })
  await lambda.createAlias({ FunctionName: 'f', Name: 'live', FunctionVersion: '1' })
  await allow('f')
  const { FunctionUrl } = await lambda.createFunctionUrlConfig({ FunctionName: 'f', Qualifier: 'live', AuthType: 'NONE' })
  const { host } = new URL(FunctionUrl!)
  assert.equal((await call(host)).status, 403)
  await allow('f', '*', 'NONE', 'live')
  assert.equal((await call(host)).body, '"1"')
})

test('a failing function is 502 Internal Server Error, in whichever way it fails', async () => {
  const ways: (() => unknown)[] = [
    () => { throw new Error('no') }, () => { throw new ScriptedEnding({ kind: 'exit', code: 1 }) }, () => new Promise(() => {}),
    () => 'x'.repeat(6 * 1024 * 1024 + 200), () => ({ statusCode: 'much' }),
  ]
  let way = ways[0]!
  const { open, call } = await world(() => way())
  const host = await open()
  for (way of ways) {
    const { status, body } = await call(host)
    assert.deepEqual([status, body], [502, 'Internal Server Error'])
  }
})

test('throttled is 429, too large is 413, and an address that is gone is 404', async () => {
  const { open, call, lambda, events } = await world(() => 'in')
  const host = await open()
  const large = await call(host, { method: 'POST', body: 'x'.repeat(6 * 1024 * 1024) })
  assert.deepEqual([large.status, large.headers['x-amzn-errortype']], [413, 'RequestEntityTooLargeException'])
  await lambda.putFunctionConcurrency({ FunctionName: 'f', ReservedConcurrentExecutions: 0 })
  const throttled = await call(host)
  assert.deepEqual([throttled.status, throttled.headers['x-amzn-errortype']], [429, 'TooManyRequestsException'])
  assert.deepEqual(JSON.parse(throttled.body), { Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded', message: 'Rate Exceeded.' })
  assert.equal(events.length, 0)
  await lambda.deleteFunctionConcurrency({ FunctionName: 'f' })
  await lambda.deleteFunction({ FunctionName: 'f' })
  assert.equal((await call(host)).status, 404)
})

const preflight = { method: 'OPTIONS', headers: { origin: 'https://a.example', 'access-control-request-method': 'PUT' } }

test('CORS: a preflight is answered by the URL, before the function and its permissions; without a configuration it is the function\'s', async () => {
  const { open, call, events, lambda } = await world(() => 'in')
  const cors = {
    AllowOrigins: ['https://a.example'], AllowMethods: ['PUT'], AllowHeaders: ['X-Mine'], AllowCredentials: true, MaxAge: 60, ExposeHeaders: ['Date'],
  }
  const host = await open({ Cors: cors })
  await lambda.updateFunctionUrlConfig({ FunctionName: 'f', AuthType: 'AWS_IAM' })
  const { status, headers, body } = await call(host, preflight)
  const told = (given: object) => Object.fromEntries(Object.entries(given).filter(([name]) => name.startsWith('access-control') || name === 'vary'))
  assert.deepEqual([status, body], [200, ''])
  assert.deepEqual(told(headers), {
    'access-control-allow-origin': 'https://a.example', 'access-control-allow-methods': 'PUT', 'access-control-allow-headers': 'x-mine',
    'access-control-allow-credentials': 'true', 'access-control-max-age': '60', vary: 'Origin',
  })
  assert.deepEqual(told((await call(host, { ...preflight, headers: { ...preflight.headers, origin: 'https://b.example' } })).headers), {})
  assert.equal(events.length, 0)
  await lambda.updateFunctionUrlConfig({ FunctionName: 'f', AuthType: 'NONE', Cors: {} })
  assert.equal((await call(host, preflight)).body, '"in"')
})

test('CORS: every answer to a call of another origin has the URL\'s headers, beside those of the function', async () => {
  const { open, call } = await world(() => ({ statusCode: 200, headers: { 'Access-Control-Allow-Origin': '*' } }))
  const host = await open({ Cors: { AllowOrigins: ['*'], ExposeHeaders: ['Date'] } })
  const { headers } = await call(host, { headers: { origin: 'https://a.example' } })
  assert.deepEqual([headers['access-control-allow-origin'], headers['access-control-expose-headers']], ['*, https://a.example', 'date'])
  assert.equal((await call(host)).headers['access-control-allow-origin'], '*')
})
