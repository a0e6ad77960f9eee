import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { root, run, waitUntilReady, ended } from './processes.ts'
import { spawn } from 'node:child_process'

// The packed package in a project of a user: its types, its test helper and its command, without a source of ours beside it.
const folder = mkdtempSync(join(tmpdir(), 'fogbank-package-'))
const modules = join(folder, 'node_modules')
const fogbank = join(modules, 'fogbank')
before(async () => {
  mkdirSync(fogbank, { recursive: true })
  await run('npm', ['pack', '--silent', '--pack-destination', folder], {}, root)
  await run('tar', ['xzf', readdirSync(folder).find(name => name.endsWith('.tgz'))!, '--strip-components=1', '-C', fogbank], {}, folder)
  // What npm would install beside it; and what the user's own project has.
  for (const name of readdirSync(join(root, 'node_modules'))) if (name !== 'fogbank' && !name.startsWith('.')) symlinkSync(
    join(root, 'node_modules', name), join(modules, name),
  )
  writeFileSync(join(folder, 'package.json'), '{"type":"module","private":true}')
})
after(() => rmSync(folder, { recursive: true, force: true }))

const program = `
import { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs'
import { SQS } from '@aws-sdk/client-sqs'
import { startCloud, type TestCloud } from 'fogbank/testing'

const cloud: TestCloud = await startCloud()
const logs = new CloudWatchLogs(cloud.client)
await logs.createLogGroup({ logGroupName: 'a' })
await logs.putRetentionPolicy({ logGroupName: 'a', retentionInDays: 1 })
const sqs = new SQS(cloud.client)
const { QueueUrl } = await sqs.createQueue({ QueueName: 'q' })
await sqs.sendMessage({ QueueUrl, MessageBody: 'later', DelaySeconds: 600 })
const early = await sqs.receiveMessage({ QueueUrl })
await cloud.clock.advance(600_000)
await cloud.settle()
const late = await sqs.receiveMessage({ QueueUrl })
const { Account } = await cloud.aws().sts.GetCallerIdentity()
console.log(JSON.stringify([early.Messages?.length ?? 0, late.Messages?.[0]?.Body, Account, cloud.segments().length > 0, cloud.usage().length > 0]))
await cloud.stop()
`

test('startCloud of fogbank/testing: its types stand by themselves, and a test as in the README runs', async () => {
  writeFileSync(join(folder, 'use.ts'), program)
  const strict = {
    target: 'esnext', module: 'nodenext', strict: true, noUncheckedIndexedAccess: true, exactOptionalPropertyTypes: true, skipLibCheck: false,
    noEmit: true, types: [] as string[], lib: ['esnext'],
  }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: strict, files: ['types.ts'] }))
  writeFileSync(join(folder, 'types.ts'), `import { startCloud, type TestCloud, type TestCloudOptions } from 'fogbank/testing'
    const options: TestCloudOptions = { region: 'eu-west-1', startMs: 0 }
    const cloud: TestCloud = await startCloud(options)
    const now: number = cloud.clock.now()
    // @ts-expect-error the clock has no such method
    cloud.clock.turn(now)
    export const total: number = cloud.usage().reduce((sum, record) => sum + record.quantity, 0)\n`)
  await run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', '.'], {}, folder)
  assert.equal((await run(process.execPath, ['use.ts'], {}, folder)).split('\n').at(-2), '[0,"later","000000000000",true,true]')
})

test('the command of the package starts, with its runtimes', async () => {
  const files = readdirSync(fogbank, { recursive: true, encoding: 'utf8' })
  assert.ok(
    files.includes('runtimes/python/bootstrap.py') && !files.some(file => /\.ts$|\.jar$|\.stamp$/.test(file) && !file.endsWith('.d.ts')),
    files.join('\n'),
  )
  const child = spawn(
    process.execPath, [join(fogbank, 'bin/fogbank'), 'start', '--port', '0', '--ephemeral'], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] },
  )
  const cloud = await waitUntilReady(child)
  const deployed = await run(
    process.execPath, [join(fogbank, 'bin/fogbank'), 'deploy', join(root, 'examples/items/template.yaml'), '--endpoint', cloud.endpoint], {}, folder,
  )
  const api = /ApiId +(\w+)/.exec(deployed)![1]!
  const url = `${cloud.endpoint}/_aws/execute-api/${api}/items`
  // A function in Node writes, one in Python reads.
  const put = await fetch(url, { method: 'PUT', body: '{"id":"1"}' })
  assert.equal(put.status, 200, cloud.output())
  assert.deepEqual(await fetch(`${url}/1`).then(answer => answer.json()), { id: '1', name: '' })
  child.kill('SIGTERM')
  assert.equal(await ended(child), 0)
})
