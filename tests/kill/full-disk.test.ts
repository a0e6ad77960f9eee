import assert from 'node:assert/strict'
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { DynamoDB } from '@aws-sdk/client-dynamodb'
import { S3 } from '@aws-sdk/client-s3'
import { ended, root, type Running, waitUntilReady } from '../journeys/processes.ts'

// A cloud whose disk is full: callers hear it, nothing is damaged, and it goes on when there is room.
const folder = mkdtempSync(join(tmpdir(), 'fogbank-full-'))
after(() => rmSync(folder, { recursive: true, force: true }))

/** A way to take the room of a data folder away and to give it back. Neither needs root. */
interface Squeeze {
  name: string
  start(dataFolder: string): ChildProcess
  makeRoom(child: ChildProcess, dataFolder: string): void
  works: () => boolean
}

const fogbank = (dataFolder: string) => [process.execPath, 'bin/fogbank', 'start', '--port', '0', '--data', dataFolder, '--sandbox', 'process']
const options = { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] as ['ignore', 'pipe', 'pipe'] }
const unshare = process.getuid?.() === 0 ? ['-m'] : ['-Urm']
const quiet = (command: string, ...args: string[]) => spawnSync(command, args, { stdio: 'ignore' }).status === 0

const squeezes: Squeeze[] = [
  {
    name: 'a disk of 6 MB',
    works: () => quiet('unshare', ...unshare, 'sh', '-c', 'mount -t tmpfs tmpfs /tmp'),
    start: dataFolder => spawn(
      'unshare',
      [
        ...unshare, 'sh', '-c', 'mount -t tmpfs -o size=6m tmpfs "$1" && head -c 3000000 /dev/zero > "$1/filler" && shift && exec "$@"', 'sh',
        dataFolder, ...fogbank(dataFolder),
      ],
      options,
    ),
    // The mount is seen by the child only; its root shows it to us.
    makeRoom: (child, dataFolder) => rmSync(join('/proc', String(child.pid), 'root', dataFolder, 'filler')),
  },
  {
    name: 'a bound on the size of files, as a quota is',
    works: () => quiet('prlimit', '--fsize=1000000:unlimited', 'true'),
    start: dataFolder => spawn('prlimit', ['--fsize=1500000:unlimited', ...fogbank(dataFolder)], options),
    makeRoom: child => assert.ok(quiet('prlimit', '--pid', String(child.pid), '--fsize=unlimited:unlimited')),
  },
]

const clients = ({ endpoint }: Running) => {
  const configuration = { endpoint, region: 'us-east-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' }, maxAttempts: 1, forcePathStyle: true }
  return { dynamodb: new DynamoDB(configuration), s3: new S3(configuration) }
}

/** What was answered: names of items, and names of objects with the hash of their bytes. */
interface Kept { items: Set<string>, objects: Map<string, string> }
type Clients = ReturnType<typeof clients>

const putItem = async ({ dynamodb }: Clients, kept: Kept, id: string) => {
  await dynamodb.putItem({ TableName: 'items', Item: { id: { S: id }, body: { S: 'x'.repeat(50_000) } } })
  kept.items.add(id)
}
const putObject = async ({ s3 }: Clients, kept: Kept, Key: string, bytes = 150_000) => {
  const Body = randomBytes(bytes)
  await s3.putObject({ Bucket: 'bucket', Key, Body })
  kept.objects.set(Key, createHash('sha256').update(Body).digest('hex'))
}

/** Puts until it is refused; answers the refusal. */
async function until(put: (n: number) => Promise<void>): Promise<any> {
  for (let n = 0; n < 1000; n++) {
    const error = await put(n).then(() => undefined, (refused: unknown) => refused)
    if (error) return error
  }
  throw new Error('The disk does not become full.')
}

function assertClear(error: any): void {
  assert.deepEqual([error.name, error.$metadata.httpStatusCode], ['ServiceUnavailable', 503], String(error))
  assert.match(error.message, /Nothing was written; make room and try again\.$/)
}

async function assertAllThere({ dynamodb, s3 }: Clients, kept: Kept): Promise<void> {
  for (const id of kept.items) assert.equal((await dynamodb.getItem({ TableName: 'items', Key: { id: { S: id } } })).Item?.body?.S?.length, 50_000, id)
  for (const [Key, hash] of kept.objects) {
    const bytes = await (await s3.getObject({ Bucket: 'bucket', Key })).Body!.transformToByteArray()
    assert.equal(createHash('sha256').update(bytes).digest('hex'), hash, Key)
  }
}

for (const { name, start, makeRoom, works } of squeezes) {
  const skip = works() ? false : 'this host has neither user namespaces nor prlimit'
  const title = `${name}: writes are refused with what to do, reads go on; with room everything goes on, and all that was answered is there`
  test(title, { skip, timeout: 60_000 }, async () => {
    const dataFolder = join(folder, String(squeezes.findIndex(each => each.name === name)))
    mkdirSync(dataFolder)
    const cloud = await waitUntilReady(start(dataFolder))
    const to = clients(cloud)
    const kept: Kept = { items: new Set(), objects: new Map() }
    try {
      await to.dynamodb.createTable({
        TableName: 'items', KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }], BillingMode: 'PAY_PER_REQUEST',
      })
      await to.s3.createBucket({ Bucket: 'bucket' })
      assertClear(await until(n => putObject(to, kept, `o${n}`, 200_000 * 2 ** n)))
      assertClear(await until(n => putItem(to, kept, `i${n}`)))
      // Many at once, when nothing or little fits: each is told by itself.
      const outcomes = await Promise.allSettled(Array.from({ length: 20 }, (_, n) => putItem(to, kept, `many${n}`)))
      for (const outcome of outcomes) if (outcome.status === 'rejected') assertClear(outcome.reason)
      assert.ok(outcomes.some(outcome => outcome.status === 'rejected'))
      assert.ok(kept.items.size > 2 && kept.objects.size > 0, `${kept.items.size} ${kept.objects.size}`)
      await assertAllThere(to, kept)
      const said = cloud.output().split('\n').filter(line => line.includes('make room and try again'))
      assert.ok(said.length > 0 && said.length < 10, `${said.length} lines say what to do:\n${cloud.output()}`)
      makeRoom(cloud.child, dataFolder)
      await putItem(to, kept, 'after')
      await putObject(to, kept, 'after')
      await assertAllThere(to, kept)
      assert.ok(!/unexpected error/.test(cloud.output()), cloud.output())
    } finally {
      to.dynamodb.destroy()
      to.s3.destroy()
      cloud.child.kill('SIGTERM')
    }
    assert.equal(await ended(cloud.child), 0, cloud.output())
  })
}
