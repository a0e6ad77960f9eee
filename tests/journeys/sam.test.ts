import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { ended, root, run, startFogbank, type Running } from './processes.ts'

// The daily commands of the stock SAM CLI. `.ci/run` installs it; elsewhere the test says how. `sam deploy` is in stock-tools.test.ts.
const tools = join(root, '.fogbank-test', 'tools', 'bin')
const skip = existsSync(join(tools, 'sam')) ? false : `sam not in ${tools}: .ci/run installs it`

const folder = mkdtempSync(join(tmpdir(), 'fogbank-sam-'))
let cloud: Running
let environment: Record<string, string>
let watching: ChildProcess | undefined

const template = `
Transform: AWS::Serverless-2016-10-31
Metadata:
  AWS::ServerlessRepo::Application:
    {Name: journey, Description: A journey, Author: fog, SpdxLicenseId: MIT, ReadmeUrl: README.md, SemanticVersion: 1.0.0}
Resources:
  Hello:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: src
      Handler: index.handler
      Runtime: nodejs22.x
      FunctionUrlConfig: {AuthType: NONE}
      Events: {Get: {Type: HttpApi, Properties: {Path: /hello, Method: GET}}}
Outputs:
  Function: {Value: !Ref Hello}
`
const say = (word: string) =>
  writeFileSync(join(folder, 'src', 'index.js'), `exports.handler = async event => { console.log('was asked'); return { say: '${word}', of: event.name } }\n`)

/** The shell, and what it runs. */
const stopWatching = () => {
  if (watching && watching.exitCode === null && watching.signalCode === null) process.kill(-watching.pid!, 'SIGKILL')
}

before(async () => {
  if (skip) return
  mkdirSync(join(folder, 'src'))
  writeFileSync(join(folder, 'template.yaml'), template)
  writeFileSync(join(folder, 'README.md'), '# A journey\n')
  writeFileSync(join(folder, 'src', 'package.json'), '{"name":"hello","version":"1.0.0"}')
  say('one')
  cloud = await startFogbank(join(folder, 'data'))
  environment = {
    AWS_ENDPOINT_URL: cloud.endpoint, AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', AWS_DEFAULT_REGION: 'us-east-1', AWS_REGION: 'us-east-1',
    SAM_CLI_TELEMETRY: '0', PATH: `${tools}:${process.env.PATH}`,
  }
})
after(async () => {
  stopWatching()
  if (cloud) {
    cloud.child.kill('SIGTERM')
    await ended(cloud.child)
  }
  rmSync(folder, { recursive: true, force: true })
})

const sam = (...args: string[]) => run(join(tools, 'sam'), args, environment, folder)
/** `sam sync` asks whether this is a development stack. */
const sync = (...args: string[]) => run('sh', ['-c', `echo y | sam sync --stack-name journey --no-dependency-layer ${args.join(' ')}`], environment, folder)
const list = async (what: string) => {
  const said = await sam('list', what, '--stack-name', 'journey', '--output', 'json')
  return JSON.parse(said.slice(said.indexOf('[\n')))
}
const invoke = async () => (await sam('remote', 'invoke', 'Hello', '--stack-name', 'journey', '--event', '{"name":"fog"}')).split('\n').at(-1)

test('sam build and sync: the stack is made, and code is given to its function alone', { skip }, async () => {
  assert.match(await sam('build'), /Build Succeeded/)
  assert.match(await sync('--no-watch', '--capabilities', 'CAPABILITY_IAM', 'CAPABILITY_AUTO_EXPAND'), /Sync infra completed/)
  say('two')
  assert.match(await sync('--code', '--no-watch'), /Finished syncing Lambda Function Hello/)
})

test('sam remote invoke, logs and list tell of what runs', { skip }, async () => {
  assert.equal(await invoke(), '{"say":"two","of":"fog"}')
  assert.match(await sam('logs', '--stack-name', 'journey', '--name', 'Hello'), /INFO\twas asked/)
  assert.ok((await list('resources')).some((each: any) => each.LogicalResourceId === 'ServerlessHttpApi'))
  const [output] = await list('stack-outputs')
  assert.equal(output.OutputKey, 'Function')
  const endpoints = await list('endpoints')
  assert.match(endpoints.find((each: any) => each.LogicalResourceId === 'Hello').CloudEndpoint, /^http:\/\/\w+\.lambda-url\.us-east-1\./)
  assert.deepEqual(endpoints.find((each: any) => each.LogicalResourceId === 'ServerlessHttpApi').Methods, ["/hello['get']"])
})

test('sam package and publish: the application is in the repository', { skip }, async () => {
  await sam('package', '--resolve-s3', '--output-template-file', 'packaged.yaml')
  assert.match(await sam('publish', '--template', 'packaged.yaml'), /Publish Succeeded/)
  const found = await run(join(tools, 'aws'), ['serverlessrepo', 'list-applications', '--output', 'json'], environment, folder)
  assert.equal(JSON.parse(found).Applications[0].Name, 'journey')
})

test('sam sync --watch takes over what is saved', { skip }, async () => {
  watching = spawn('sh', ['-c', 'echo y | exec sam sync --stack-name journey --no-dependency-layer --watch'], {
    cwd: folder, env: { ...process.env, ...environment }, stdio: ['ignore', 'pipe', 'pipe'], detached: true,
  })
  let output = ''
  for (const stream of [watching.stdout!, watching.stderr!]) stream.on('data', piece => output += piece)
  const until = async (happened: () => boolean) => {
    for (let tries = 0; tries < 600 && !happened(); tries++) await new Promise(resolve => setTimeout(resolve, 100))
    assert.ok(happened(), output)
  }
  const synced = () => (output.match(/Finished syncing Lambda Function Hello/g) ?? []).length
  await until(() => synced() > 0)
  say('three')
  await until(() => synced() > 1)
  assert.equal(await invoke(), '{"say":"three","of":"fog"}')
  stopWatching()
  await ended(watching)
})
