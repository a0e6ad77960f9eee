import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { Lambda } from '@aws-sdk/client-lambda'
import { ended, root, startFogbank, type Running } from './processes.ts'

let folder: string
before(async () => { folder = await mkdtemp(join(tmpdir(), 'fogbank-line-')) })
after(() => rm(folder, { recursive: true, force: true }))

interface Ran { code: number | null, out: string, err: string }

/** Runs `fogbank` as a user would, with text on its standard input. */
function fogbank(args: string[], { input = '', environment = {} }: { input?: string, environment?: Record<string, string> } = {}): Promise<Ran> {
  return new Promise(resolve => {
    const child = spawn(process.execPath, [join(root, 'bin/fogbank'), ...args], {
      cwd: folder, env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', ...environment },
    })
    const ran: Ran = { code: null, out: '', err: '' }
    child.stdout.on('data', piece => ran.out += piece)
    child.stderr.on('data', piece => ran.err += piece)
    child.on('close', code => resolve({ ...ran, code }))
    child.stdin.end(input)
  })
}

describe('the command line', () => {
  test('help lists every command, and each tells its usage', async () => {
    const { code, out } = await fogbank(['help'])
    assert.equal(code, 0)
    for (const name of ['start', 'deploy', 'delete', 'invoke', 'logs', 'cost', 'env', 'doctor']) assert.match(out, new RegExp(`^  fogbank ${name} +[A-Z]`, 'm'))
    assert.match((await fogbank(['help', 'start'])).out, /^Start the cloud\n\nusage: fogbank start \[--port N\] \[--host H\] \[--data DIR \| --ephemeral\]/)
    assert.equal((await fogbank(['deploy', '--help'])).code, 0)
  })

  test('--version is the version of the package', async () => assert.match((await fogbank(['--version'])).out, /^\d+\.\d+\.\d+\n$/))

  test('an unknown command or option is exit code 2 with the nearest that is known', async () => {
    assert.deepEqual(await fogbank(['strat']), {
      code: 2, out: '', err: 'fogbank: There is no command strat. Did you mean start? `fogbank help` lists the commands.\n',
    })
    assert.deepEqual(await fogbank(['start', '--prot', '1']), { code: 2, out: '', err: 'fogbank: Unknown option --prot. Did you mean --port?\n' })
    assert.equal((await fogbank(['start', '-x'])).code, 2)
    assert.equal((await fogbank(['start', '--ephemeral', '--data', 'x'])).err, 'fogbank: --data and --ephemeral exclude each other.\n')
  })

  test('doctor says what this host offers', async () => {
    const { code, out } = await fogbank(['doctor'])
    assert.equal(code, 0)
    assert.match(out, /sandbox {3}(isolated|process): /)
    assert.match(out, /network {3}functions /i)
    assert.match(out, /runtime {3}nodejs24\.x +\d+\.\d+\.\d+ +\//)
    assert.equal(JSON.parse((await fogbank(['doctor', '--json'])).out).runtimes.length > 0, true)
  })
})

describe('fogbank start', () => {
  test('a port that is taken is one line with the way out, and exit code 2', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await new Promise(resolve => server.once('listening', resolve))
    const { port } = server.address() as { port: number }
    const { code, err } = await fogbank(['start', '--ephemeral', '--port', String(port)])
    server.close()
    assert.deepEqual({ code, err }, { code: 2, err: `fogbank: port ${port} is taken. Another fogbank may be running; --port N chooses another port.\n` })
  })

  test('a host that is not of this machine, and data that cannot be kept, are one line each', async () => {
    assert.match(
      (await fogbank(['start', '--ephemeral', '--port', '0', '--host', '192.0.2.1'])).err,
      /^fogbank: 192\.0\.2\.1 is no address of this machine \(EADDRNOTAVAIL\)/,
    )
    await writeFile(join(folder, 'file'), '')
    const { code, err } = await fogbank(['start', '--port', '0', '--data', join(folder, 'file')])
    assert.equal(code, 2)
    assert.match(err, /^fogbank: the data cannot be kept in .*file: /)
  })

  test('serves what `ready` names, refuses a second one on its data, and ends with 0 on SIGTERM', async () => {
    const data = join(folder, 'data')
    const running = await startFogbank(data)
    assert.match(running.output(), /^ready http:\/\/127\.0\.0\.1:\d+$/m)
    const second = await fogbank(['start', '--port', '0', '--data', data])
    running.child.kill('SIGTERM')
    assert.equal(second.code, 2)
    assert.match(
      second.err,
      /^fogbank: The data folder .*data is in use by another Fogbank \(process \d+\)\. Stop it, or name another folder\. \(--data DIR\)\n$/,
    )
    assert.equal(await ended(running.child), 0)
    const again = await startFogbank(data)
    again.child.kill('SIGINT')
    assert.equal(await ended(again.child), 0)
  })
})

const template = `
AWSTemplateFormatVersion: '2010-09-09'
Transform: AWS::Serverless-2016-10-31
Resources:
  Echo:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: nodejs24.x
      Handler: index.handler
      MemorySize: 256
      InlineCode: |
        exports.handler = async event => { console.log('ERROR heard', JSON.stringify(event)); return { event, trace: process.env._X_AMZN_TRACE_ID } }
`

describe('with a function', () => {
  let running: Running
  let environment: Record<string, string>
  before(async () => {
    running = await startFogbank(join(folder, 'functions'))
    environment = { FOGBANK_ENDPOINT: running.endpoint }
    await writeFile(join(folder, 'template.yaml'), template)
    const { code, out, err } = await fogbank(['deploy', '--stack-name', 'one'], { environment })
    assert.equal(code, 0, out + err)
  })
  after(async () => {
    running.child.kill('SIGTERM')
    await ended(running.child)
  })

  test('invoke by logical id, with an event from standard input; logs and cost tell of it', async () => {
    const invoked = await fogbank(['invoke', 'Echo', '--event', '-'], { input: '{"a":1}', environment })
    assert.equal(invoked.code, 0, invoked.err)
    const { event, trace } = JSON.parse(invoked.out)
    assert.deepEqual(event, { a: 1 })
    assert.match(trace, /^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=[01]/)
    assert.match(invoked.err, /ERROR heard {"a":1}/)
    assert.match((await fogbank(['invoke', 'Echo', '--event', '-'], { input: 'no', environment })).err, /^fogbank: Standard input is not JSON: /)
    const lines = async () => (await fogbank(['logs', 'one/Echo', '--since', '5m'], { environment })).out
    let text = await lines()
    for (let tries = 0; tries < 40 && !text.includes('REPORT'); tries++) text = await lines()
    assert.match(text, /^\d{4}-\d\d-\d\dT\S+Z .*ERROR heard {"a":1}$/m)
    const { out } = await fogbank(['cost', '--json'], { environment })
    const [line] = JSON.parse(out).functions
    assert.equal(line.requests, 1)
    assert.ok(line.gbSeconds > 0 && line.usd === 0 && line.listUsd > 0)
    assert.match((await fogbank(['cost'], { environment })).out, /^one-Echo-\S+ +us-east-1 +x86_64 +1 +0\.\d+ +\$0\.\d{6} +\$0\.00$/m)
    assert.match((await fogbank(['cost', '--month', '2020-1'], { environment })).err, /--month is written YYYY-MM/)
  })

  test('a logical id that two stacks have names both; an unknown one names what there is', async () => {
    assert.equal((await fogbank(['deploy', '--stack-name', 'two'], { environment })).code, 0)
    const both = await fogbank(['invoke', 'Echo'], { environment })
    assert.equal(both.code, 1)
    assert.match(
      both.err,
      /^fogbank: Echo is a function of 2 stacks\. Name one of them:\n {2}one\/Echo {2}\(one-Echo-\S+\)\n {2}two\/Echo {2}\(two-Echo-\S+\)\n$/,
    )
    assert.equal((await fogbank(['invoke', 'two/Echo'], { environment })).code, 0)
    assert.match((await fogbank(['logs', 'Ecko'], { environment })).err, /^fogbank: There is no function Ecko, .* There are: one-Echo-\S+, two-Echo-\S+\.\n$/)
    assert.match((await fogbank(['delete', 'tow'], { environment })).err, /^fogbank: There is no stack tow\. There are: (one, two|two, one)\.\n$/)
    assert.equal((await fogbank(['delete', 'two'], { environment })).code, 0)
  })

  test('a trace that a caller began goes through to the function, as a segment of its own', async () => {
    const root = '1-67891233-abcdef012345678912345678'
    const client = new Lambda({ endpoint: running.endpoint, region: 'us-east-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' } })
    client.middlewareStack.add(next => args => {
      (args.request as any).headers['x-amzn-trace-id'] = `Root=${root};Parent=53995c3f42cd8ad8;Sampled=1`
      return next(args)
    }, { step: 'build' })
    const { Functions } = await client.listFunctions({})
    const answer = await client.invoke({ FunctionName: Functions![0]!.FunctionName! })
    client.destroy()
    const { trace } = JSON.parse(Buffer.from(answer.Payload!).toString())
    assert.match(trace, new RegExp(`^Root=${root};Parent=[0-9a-f]{16};Sampled=1`))
    assert.doesNotMatch(trace, /53995c3f42cd8ad8/)
  })

  test('the bill outlives a kill: at most its last second is lost', async () => {
    const requests = async (at: Record<string, string>) => {
      const { functions } = JSON.parse((await fogbank(['cost', '--json'], { environment: at })).out)
      return functions.reduce((sum: number, line: { requests: number }) => sum + line.requests, 0)
    }
    const before = await requests(environment)
    assert.ok(before > 0)
    assert.equal((await fogbank(['invoke', 'one/Echo'], { environment })).code, 0)
    // The bill is written a second after the last one that was asked for.
    await new Promise(resolve => setTimeout(resolve, 1500))
    running.child.kill('SIGKILL')
    await ended(running.child)
    running = await startFogbank(join(folder, 'functions'))
    environment = { FOGBANK_ENDPOINT: running.endpoint }
    assert.equal(await requests(environment), before + 1)
  })

  test('env points stock tools here', async () => {
    assert.match((await fogbank(['env'], { environment })).out, new RegExp(`^export AWS_ENDPOINT_URL=${running.endpoint}$`, 'm'))
  })
})
