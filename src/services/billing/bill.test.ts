import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { UsageSum } from '../../contracts/sinks.ts'
import { billOf } from './bill.ts'
import { costOf, priceOf } from './prices.ts'

const sum = (name: string, usageType: string, quantity: number, unit: string): UsageSum =>
  ({ region: 'us-east-1', service: 'AWSLambda', usageType, operation: 'Invoke', resource: `arn:aws:lambda:us-east-1:1:function:${name}`, quantity, unit })
const near = (actual: number, expected: number) => assert.ok(Math.abs(actual - expected) < 1e-9, `${actual} is not ${expected}`)

test("AWS's own example: 3 million requests of 120 ms at 1,536 MB cost $2.73 after the free tier", () => {
  const bill = billOf('1', '2026-01', [sum('f', 'Request', 3_000_000, 'Requests'), sum('f', 'Lambda-GB-Second', 3_000_000 * 0.12 * 1.5, 'GB-Seconds')])
  assert.equal(bill.total.usd.toFixed(2), '2.73')
  assert.equal(bill.total.listUsd.toFixed(2), '9.60')
  assert.deepEqual(bill.functions.map(line => [line.function, line.requests, Math.round(line.gbSeconds)]), [['f', 3_000_000, 540_000]])
})

test('functions share the free tier by quantity, on both architectures', () => {
  const bill = billOf('1', '2026-01', [
    sum('a', 'Lambda-GB-Second', 600_000, 'GB-Seconds'), sum('b', 'Lambda-GB-Second-ARM', 200_000, 'GB-Seconds'), sum('a', 'Request', 10, 'Requests'),
  ])
  const [a, b] = bill.functions
  near(a!.usd, 300_000 * 0.0000166667)
  near(b!.usd, 100_000 * 0.0000133334)
  assert.equal(b!.architecture, 'arm64')
  near(bill.total.usd, a!.usd + b!.usd)
})

test('under the free tier everything is free, and the list price is still told', () => {
  const bill = billOf('1', '2026-01', [sum('f', 'Request', 999_999, 'Requests')])
  assert.equal(bill.total.usd, 0)
  near(bill.total.listUsd, 0.1999998)
})

test('tiers: what is above a bound costs the next price', () => {
  const { tiers } = priceOf({ service: 'AWSLambda', usageType: 'Lambda-GB-Second', operation: 'Invoke' })!
  near(costOf(7e9, tiers), 6e9 * 0.0000166667 + 1e9 * 0.000015)
  near(costOf(0, tiers), 0)
})

test('requests of S3 are priced by their kind; others are counted', () => {
  const request = (service: string, operation: string) => ({
    region: 'us-east-1', service, usageType: 'API-Request', operation, quantity: 1000, unit: 'Requests'
  })
  const bill = billOf(
    '1', '2026-01',
    [request('AmazonS3', 'PutObject'), request('AmazonS3', 'GetObject'), request('AmazonS3', 'DeleteObject'), request('sts', 'GetCallerIdentity')]
  )
  assert.deepEqual(bill.services.map(line => [line.item, line.usd]), [['Requests that read', 0.0004], ['Requests that write or list', 0.005]])
  assert.deepEqual(bill.unpriced, [{ service: 'AmazonS3', requests: 1000 }, { service: 'sts', requests: 1000 }])
})
