/**
 * AWS's public list prices of us-east-1 in USD, as of `pricesDate`; sources: the pricing pages of AWS Lambda, Amazon CloudWatch, Amazon S3,
 * Amazon SQS, Amazon Kinesis, Amazon API Gateway and Amazon DynamoDB. Taxes, savings plans, transfer and the free tiers of an account's first
 * year are not in it.
 */
export const pricesDate = '2026-11-01'

export interface Price {
  /** What the bill calls it. */
  item: string
  unit: string
  /** Units of a record for one unit of the price: 1e9 for bytes priced by the GB. */
  per: number
  /** Price of each unit up to a bound in a month; the last tier has none. */
  tiers: { upTo: number, usd: number }[]
  /** Units of a month that cost nothing, for ever; prices that share a `pool` share them. */
  free?: { pool: string, quantity: number }
}

const flat = (usd: number): Price['tiers'] => [{ upTo: Infinity, usd }]
const million = 1_000_000
const gb = 1024 ** 3
/** Bytes held for an hour, of which so many are a GB held for a month. */
const gbMonth = gb * 730

const lambdaRequests: Price = { item: 'Requests', unit: 'Requests', per: 1, tiers: flat(0.2 / million), free: { pool: 'lambda requests', quantity: million } }
const gbSeconds = { unit: 'GB-Seconds', per: 1, free: { pool: 'lambda GB-seconds', quantity: 400_000 } }

/** By `service:usageType`. */
const prices: Record<string, Price> = {
  'AWSLambda:Request': lambdaRequests,
  'AWSLambda:Request-ARM': lambdaRequests,
  'AWSLambda:Lambda-GB-Second': {
    item: 'Duration (x86)', ...gbSeconds, tiers: [{ upTo: 6e9, usd: 0.0000166667 }, { upTo: 15e9, usd: 0.000015 }, { upTo: Infinity, usd: 0.0000133334 }],
  },
  'AWSLambda:Lambda-GB-Second-ARM': {
    item: 'Duration (Arm)', ...gbSeconds,
    tiers: [{ upTo: 7.5e9, usd: 0.0000133334 }, { upTo: 18.75e9, usd: 0.0000120001 }, { upTo: Infinity, usd: 0.0000106667 }],
  },
  'AWSLambda:Lambda-Storage-GB-Second': { item: 'Ephemeral storage above 512 MB (x86)', unit: 'GB-Seconds', per: 1, tiers: flat(0.0000000309) },
  'AWSLambda:Lambda-Storage-GB-Second-ARM': { item: 'Ephemeral storage above 512 MB (Arm)', unit: 'GB-Seconds', per: 1, tiers: flat(0.0000000309) },
  'AWSLambda:Lambda-Streaming-Response-Processed-Bytes': {
    item: 'Bytes streamed beyond 6 MB', unit: 'GB', per: gb, tiers: flat(0.008), free: { pool: 'streamed bytes', quantity: 100 }
  },
  'AWSLambda:Lambda-Provisioned-GB-Second': { item: 'Duration of provisioned concurrency (x86)', unit: 'GB-Seconds', per: 1, tiers: flat(0.0000097222) },
  'AWSLambda:Lambda-Provisioned-GB-Second-ARM': { item: 'Duration of provisioned concurrency (Arm)', unit: 'GB-Seconds', per: 1, tiers: flat(0.0000077778) },
  'AWSLambda:Lambda-Provisioned-Concurrency': { item: 'Provisioned concurrency (x86)', unit: 'GB-Seconds', per: 1, tiers: flat(0.0000041667) },
  'AWSLambda:Lambda-Provisioned-Concurrency-ARM': { item: 'Provisioned concurrency (Arm)', unit: 'GB-Seconds', per: 1, tiers: flat(0.0000033334) },
  'AWSLambda:Lambda-SnapStart-Cached-GB-Second': { item: 'SnapStart snapshots kept', unit: 'GB-Seconds', per: 1, tiers: flat(0.0000015046) },
  'AWSLambda:Lambda-SnapStart-Restored-GB': { item: 'SnapStart restores', unit: 'GB', per: 1, tiers: flat(0.0001397998) },
  'AWSLambda:Durable-Operations': { item: 'Durable operations', unit: 'Operations', per: 1, tiers: flat(8 / million) },
  'AWSLambda:Durable-WrittenBytes': { item: 'Data written by durable executions', unit: 'GB', per: gb, tiers: flat(0.25) },
  'AWSLambda:Durable-ByteHrs': { item: 'Data of durable executions', unit: 'GB-Month', per: gbMonth, tiers: flat(0.15) },
  'AmazonCloudWatch:DataProcessing-Bytes': { item: 'Log data ingested', unit: 'GB', per: gb, tiers: flat(0.5), free: { pool: 'log data', quantity: 5 } },
  'AmazonCloudWatch:DataProcessingIA-Bytes': {
    item: 'Log data ingested (infrequent access)', unit: 'GB', per: gb, tiers: flat(0.25), free: { pool: 'log data', quantity: 5 }
  },
  'AmazonCloudWatch:DataScanned-Bytes': {
    item: 'Log data scanned by queries', unit: 'GB', per: gb, tiers: flat(0.005), free: { pool: 'log data', quantity: 5 }
  },
  'AmazonS3:Requests-Tier1': { item: 'Requests that write or list', unit: 'Requests', per: 1, tiers: flat(0.005 / 1000) },
  'AmazonS3:Requests-Tier2': { item: 'Requests that read', unit: 'Requests', per: 1, tiers: flat(0.0004 / 1000) },
  'AmazonS3:TimedStorage-ByteHrs': {
    item: 'Storage', unit: 'GB-Month', per: gbMonth,
    tiers: [{ upTo: 50 * 1024, usd: 0.023 }, { upTo: 500 * 1024, usd: 0.022 }, { upTo: Infinity, usd: 0.021 }],
  },
  'AWSQueueService:Requests-Tier1': {
    item: 'Requests (standard)', unit: 'Requests', per: 1, tiers: flat(0.4 / million), free: { pool: 'queue requests', quantity: million }
  },
  'AWSQueueService:Requests-FIFO-Tier1': {
    item: 'Requests (FIFO)', unit: 'Requests', per: 1, tiers: flat(0.5 / million), free: { pool: 'queue requests', quantity: million }
  },
  'AmazonKinesis:PutRequestPayloadUnits': { item: 'PUT payload units', unit: 'Units', per: 1, tiers: flat(0.014 / million) },
  'AmazonApiGateway:ApiGatewayHttpRequest': {
    item: 'HTTP API calls', unit: 'Requests', per: 1, tiers: [{ upTo: 300 * million, usd: 1 / million }, { upTo: Infinity, usd: 0.9 / million }],
  },
  'AmazonDynamoDB:ReadRequestUnits': { item: 'Read request units', unit: 'Units', per: 1, tiers: flat(0.125 / million) },
  'AmazonDynamoDB:WriteRequestUnits': { item: 'Write request units', unit: 'Units', per: 1, tiers: flat(0.625 / million) },
  'AmazonDynamoDB:ReadCapacityUnit-Hrs': {
    item: 'Provisioned read capacity', unit: 'Unit-Hours', per: 1, tiers: flat(0.00013), free: { pool: 'read capacity', quantity: 18_600 },
  },
  'AmazonDynamoDB:WriteCapacityUnit-Hrs': {
    item: 'Provisioned write capacity', unit: 'Unit-Hours', per: 1, tiers: flat(0.00065), free: { pool: 'write capacity', quantity: 18_600 },
  },
  'AmazonDynamoDB:TimedStorage-ByteHrs': {
    item: 'Storage', unit: 'GB-Month', per: gbMonth, tiers: flat(0.25), free: { pool: 'table storage', quantity: 25 },
  },
  'AmazonDynamoDB:IA-TimedStorage-ByteHrs': { item: 'Storage (infrequent access)', unit: 'GB-Month', per: gbMonth, tiers: flat(0.1) },
}

/** Services that report their priced requests by themselves, in units of their own: the plain count of them says nothing more. */
export const countsItself = new Set(['AWSQueueService'])

// S3 bills by the kind of request; deletions cost nothing.
const readsOfS3 = /^(Get|Head|Select)/

/** The price of a usage; undefined where Fogbank knows none, which most API calls of most services cost. */
export function priceOf({ service, usageType, operation }: { service: string, usageType: string, operation: string }): Price | undefined {
  if (service === 'AmazonS3' && usageType === 'API-Request') {
    if (/^(Delete|Abort)/.test(operation)) return undefined
    return prices[`AmazonS3:Requests-Tier${readsOfS3.test(operation) ? 2 : 1}`]
  }
  return prices[`${service}:${usageType}`]
}

/** What a quantity costs, tier by tier. */
export function costOf(quantity: number, tiers: Price['tiers']): number {
  let cost = 0
  let from = 0
  for (const { upTo, usd } of tiers) {
    if (quantity <= from) break
    cost += (Math.min(quantity, upTo) - from) * usd
    from = upTo
  }
  return cost
}
