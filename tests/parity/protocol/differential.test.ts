import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { test } from 'node:test'
import { clients, type Difference, differences } from './differential.ts'

// Our codecs against the SDK's: every operation's random input through the real client into our reader, random outputs and every error
// through our writer into the client. What differs for a reason stands in known-differences.json.
const known: Record<string, string> = JSON.parse(readFileSync(join(import.meta.dirname, 'known-differences.json'), 'utf8'))
const seeds = [1, 1000]

const unexplained = (room: string, found: Difference[]) => found.filter(each => known[`${room} ${each.operation} ${each.side}`] === undefined)
  .map(each => `${each.operation} ${each.side} ${each.reason}: expected ${JSON.stringify(each.expected)}, got ${JSON.stringify(each.actual)}`.slice(0, 500))

for (const room of Object.keys(clients)) {
  test(`${room}: what the SDK's client writes we read, and what we write it reads`, async () => {
    for (const seed of seeds) {
      const { cases, found } = await differences(room, { seed })
      assert.ok(cases > 0)
      assert.deepEqual(unexplained(room, found), [])
    }
  })
}

const protocols: any = createRequire(import.meta.resolve('@aws-sdk/client-cloudwatch'))('@aws-sdk/core/protocols')
const cbor: any = createRequire(import.meta.resolve('@aws-sdk/client-cloudwatch'))('@smithy/core/cbor')

for (const [room, protocol, protocolClass] of [
  ['cloudwatch', 'awsQuery', protocols.AwsQueryProtocol], ['sqs', 'awsQuery', protocols.AwsQueryProtocol],
  ['cloudwatch', 'rpcv2Cbor', protocols.AwsSmithyRpcV2CborProtocol ?? cbor.SmithyRpcV2CborProtocol], ['cloudwatch', 'awsJson1_0', protocols.AwsJson1_0Protocol],
  ['dynamodb', 'rpcv2Cbor', protocols.AwsSmithyRpcV2CborProtocol ?? cbor.SmithyRpcV2CborProtocol],
] as const) {
  test(`${room} over ${protocol}: what the SDK's client writes we read, and what we write it reads`, async () => {
    for (const seed of seeds) {
      const { cases, found } = await differences(room, { seed, protocol, protocolClass })
      assert.ok(cases > 0)
      assert.deepEqual(unexplained(`${room}`, found), [])
    }
  })
}
