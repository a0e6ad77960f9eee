import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { call } from '../services/call/service.ts'
import { cloudformation } from '../services/cloudformation/service.ts'
import { things } from '../services/cloudformation/things.testing.ts'
import { startCloud, type TestCloud } from '../testing/index.ts'
import { keyValues, parseArguments } from './args.ts'
import { command as deleteCommand } from './delete.ts'
import { command as deploy } from './deploy.ts'
import { command as env } from './env.ts'
import { filesOf, zipFiles } from './build/files.ts'
import { packageTemplate } from './package.ts'

const world = things()
let cloud: TestCloud
let folder = ''
before(async () => {
  cloud = await startCloud({ services: [call, cloudformation, world.service] })
  folder = await mkdtemp(join(tmpdir(), 'fogbank-cli-'))
})
after(async () => {
  await cloud.stop()
  await rm(folder, { recursive: true, force: true })
})

async function run(command: { run: (args: string[], io: any) => Promise<number> }, ...args: string[]) {
  let out = ''
  const sink = { write: (text: string) => out += text }
  const code = await command.run(args, { stdout: sink, stderr: sink, workingFolder: folder, environment: { FOGBANK_ENDPOINT: cloud.endpoint } })
  return { code, out }
}

const template = (value: string) => `
Parameters: {Size: {Type: String, Default: small}}
Resources:
  A: {Type: Test::Thing::Item, Properties: {Value: !Sub '${value}-\${Size}'}}
Outputs:
  Out: {Value: !GetAtt A.Value}
`

describe('fogbank deploy', () => {
  test('creates, says when nothing changed, updates, keeps parameters, and deletes', async () => {
    await writeFile(join(folder, 'template.yaml'), template('one'))
    const created = await run(deploy, 'template.yaml', '--stack-name', 'cli', '--parameter-overrides', 'Size=large')
    assert.equal(created.code, 0, created.out)
    assert.match(created.out, /Creating cli\n(?:.*\n)*  CREATE_COMPLETE +A \(Test::Thing::Item\)\n(?:.*\n)*Outputs\n  Out  one-large\n$/)
    assert.match((await run(deploy, '--stack-name', 'cli')).out, /^No changes: cli is as the template says\.\n/)
    await writeFile(join(folder, 'template.yaml'), template('two'))
    assert.match((await run(deploy, '--stack-name', 'cli')).out, /Updating cli\n(?:.*\n)*  Out  two-large\n$/)
    const deleted = await run(deleteCommand, 'cli')
    assert.equal(deleted.code, 0, deleted.out)
    assert.equal(world.standing.size, 0)
  })

  test('a failure names the first reason, and the next deploy begins anew', async () => {
    await writeFile(join(folder, 'template.yaml'), template('x'))
    world.failing.add('create A')
    const failed = await run(deploy, '--stack-name', 'bad')
    assert.equal(failed.code, 1)
    assert.match(failed.out, /bad is in ROLLBACK_COMPLETE\.\nA failed first: .*A does not want to create/)
    world.failing.clear()
    assert.equal((await run(deploy, '--stack-name', 'bad')).code, 0)
  })

  test('a wrong template, a missing file and an unknown option are one line each', async () => {
    await writeFile(join(folder, 'bad.yaml'), 'Resources: {A: {Type: No::Such::Thing}}')
    assert.deepEqual(await run(deploy, 'bad.yaml'), {
      code: 1, out: 'fogbank: ValidationError: Template format error: Unrecognized resource types: [No::Such::Thing]\n',
    })
    assert.match((await run(deploy, 'none.yaml')).out, /^fogbank: There is no template /)
    assert.deepEqual(await run(deploy, '--stack-nam', 'x'), { code: 2, out: 'fogbank: Unknown option --stack-nam. Did you mean --stack-name?\n' })
    assert.match((await run(env)).out, /^export AWS_ENDPOINT_URL=http:\/\/127\.0\.0\.1:\d+\n/)
  })
})

test('local code is zipped without junk, the same bytes each time, and uploaded once', async () => {
  const code = join(folder, 'code')
  await mkdir(join(code, '__pycache__'), { recursive: true })
  await writeFile(join(code, 'app.py'), 'x = 1')
  await writeFile(join(code, '__pycache__', 'app.pyc'), 'junk')
  assert.deepEqual((await filesOf(code)).map(([path]) => path), ['app.py'])
  assert.deepEqual(zipFiles(await filesOf(code)), zipFiles(await filesOf(code)))
  const stored = new Map<string, Uint8Array>()
  const client = {
    put: async (_: string, key: string | undefined, body: Uint8Array) => void (key && stored.set(key, body)),
    exists: async (_: string, key: string) => stored.has(key),
  }
  const Resources = {
    F: { Type: 'AWS::Serverless::Function', Properties: { CodeUri: './code' } }, G: { Type: 'AWS::Lambda::Function', Properties: { Code: 'code' } },
    H: { Type: 'AWS::Serverless::Function', Properties: { InlineCode: 'x' } }, I: { Type: 'AWS::Serverless::Function', Properties: { CodeUri: 's3://b/k' } },
  }
  const { template: packaged } = await packageTemplate({ Resources }, { client, folder, bucket: 'b', environment: {}, say: () => {} })
  const [key] = stored.keys()
  assert.equal(stored.size, 1)
  assert.equal(packaged.Resources.F.Properties.CodeUri, `s3://b/${key}`)
  assert.deepEqual(packaged.Resources.G.Properties.Code, { S3Bucket: 'b', S3Key: key })
  assert.deepEqual([packaged.Resources.H, packaged.Resources.I], [Resources.H, Resources.I])
})

test('arguments: values, lists and flags; K=V in both forms', () => {
  const parsed = parseArguments(['t.yaml', '--p', 'A=1', 'B=2', '--f', '--v=x'], { p: { kind: 'list' }, f: { kind: 'flag' }, v: { kind: 'value' } }, 1)
  assert.deepEqual([parsed.positional, parsed.lists.p, [...parsed.flags], parsed.values.v], [['t.yaml'], ['A=1', 'B=2'], ['f'], 'x'])
  assert.deepEqual(keyValues(['A=1=2', 'ParameterKey=B,ParameterValue=3']), [{ key: 'A', value: '1=2' }, { key: 'B', value: '3' }])
  assert.throws(() => parseArguments(['--v'], { v: { kind: 'value' } }, 1), /--v needs a value/)
})

test('A command whose reader has gone ends quietly', async () => {
  const { spawn } = await import('node:child_process')
  const child = spawn(process.execPath, [join(import.meta.dirname, '../../bin/fogbank'), 'env'], { stdio: ['ignore', 'pipe', 'pipe'] })
  child.stdout.destroy()
  let errors = ''
  child.stderr.on('data', piece => errors += piece)
  assert.equal(await new Promise(resolve => child.on('close', resolve)), 0)
  assert.equal(errors, '')
})
