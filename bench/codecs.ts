import { ListFunctionsCommand, LambdaClient } from '@aws-sdk/client-lambda'
import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3'
import { ScanCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { Readable } from 'node:stream'
import { codecOf } from '../src/protocol/codec.ts'
import { loadModel } from '../src/protocol/model.ts'

// How fast our codecs write large answers, beside the SDK's reading of the same bytes and, for JSON, beside JSON.stringify alone (the floor).
const at = new Date('2026-01-01T00:00:00Z')
const many = <T>(make: (index: number) => T) => Array.from({ length: 1000 }, (_, index) => make(index))

const cases: { name: string, room: string, operation: string, output: any, client: any, command: any }[] = [
  { name: 'ListObjectsV2 x1000 (XML)', room: 's3', operation: 'ListObjectsV2', client: S3Client, command: new ListObjectsV2Command({ Bucket: 'b' }),
    output: {
      Name: 'b', KeyCount: 1000, IsTruncated: false,
      Contents: many(n => ({ Key: `folder/object-${n}`, LastModified: at, ETag: '"d41d8cd98f00b204e9800998ecf8427e"', Size: n, StorageClass: 'STANDARD' })),
    } },
  { name: 'ListFunctions x1000 (JSON)', room: 'lambda', operation: 'ListFunctions', client: LambdaClient, command: new ListFunctionsCommand({}),
    output: { Functions: many(n => ({
      FunctionName: `f${n}`, Runtime: 'nodejs22.x', MemorySize: 128, Timeout: 3, CodeSize: n, Environment: { Variables: { A: 'b' } }, Architectures: ['x86_64'],
    })) } },
  { name: 'Scan x1000 (JSON)', room: 'dynamodb', operation: 'Scan', client: DynamoDBClient, command: new ScanCommand({ TableName: 't' }),
    output: { Count: 1000, ScannedCount: 1000, Items: many(n => ({ id: { S: `item-${n}` }, count: { N: String(n) }, tags: { SS: ['a', 'b'] } })) } },
]

/** The median of calls in a second, over rounds of a third of a second. */
async function rate(work: () => unknown): Promise<number> {
  const rounds: number[] = []
  for (let round = 0; round < 6; round++) {
    const start = performance.now()
    let calls = 0
    while (performance.now() - start < 330) {
      await work()
      calls++
    }
    rounds.push(calls / ((performance.now() - start) / 1000))
  }
  return rounds.slice(1).sort((a, b) => a - b)[2]!
}

for (const { name, room, operation, output, client: Client, command } of cases) {
  const model = loadModel(room)!
  const codec = codecOf(model, model.operations[operation]!)
  const { status, headers, body } = codec.write(output, 'id')
  const handle = async () => ({ response: { statusCode: status, headers, body: Readable.from([Buffer.from(body as string)]) } })
  const client = new Client({
    region: 'us-east-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    requestHandler: { handle, metadata: { handlerProtocol: 'http/1.1' } },
  })
  const ours = await rate(() => codec.write(output, 'id'))
  const peer = await rate(() => client.send(command))
  const floor = await rate(() => JSON.stringify(output))
  console.log(`${name}: we write ${ours.toFixed(0)}/s; JSON.stringify ${floor.toFixed(0)}/s (ratio ${(ours / floor).toFixed(2)}); ` +
    `the SDK's client reads ${peer.toFixed(0)}/s (ratio ${(ours / peer).toFixed(1)})`)
}
