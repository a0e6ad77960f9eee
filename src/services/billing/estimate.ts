import { inflateRawSync } from 'node:zlib'
import type { EstimatedResource } from '../../contracts/estimate.ts'
import { priceOf, pricesDate } from './prices.ts'

export interface EstimateLine {
  resource: string
  count: number
  item: string
  /** USD a month, of what costs by being there; absent for what costs by use. */
  monthlyUsd?: number
  /** What a number of units of use costs, in USD, before tiers and the free tier. */
  use?: { quantity: number, unit: string, usd: number }
}

export interface Estimate { currency: 'USD', pricesDate: string, lines: EstimateLine[], monthlyUsd: number, unpriced: string[] }

const hoursOfMonth = 730
const million = 1_000_000
const templateMaxBytes = 1_000_000

/** The resources that an address names: raw deflate of JSON, in base64url. Undefined where it is none of these. */
export function resourcesIn(text: string): EstimatedResource[] | undefined {
  try {
    const found: unknown = JSON.parse(inflateRawSync(Buffer.from(text, 'base64url'), { maxOutputLength: templateMaxBytes }).toString())
    const isResource = (one: any) => typeof one?.type === 'string' && Number.isSafeInteger(one.count)
    return Array.isArray(found) && found.every(isResource) ? found : undefined
  } catch {
    return undefined
  }
}

type Part = Omit<EstimateLine, 'resource' | 'count'>

const priced = (key: string, operation = '') => {
  const [service, usageType] = key.split(':') as [string, string]
  return priceOf({ service, usageType, operation })!
}
const perUse = (key: string, quantity: number, unit: string, operation?: string): Part => {
  const { item, tiers } = priced(key, operation)
  return { item, use: { quantity, unit, usd: tiers[0]!.usd * quantity } }
}
const perMonth = (key: string, quantity: number): Part => ({ item: priced(key).item, monthlyUsd: priced(key).tiers[0]!.usd * quantity })

/** What each type costs: by use, or by being there. */
const parts: Record<string, (one: EstimatedResource) => Part[]> = {
  'AWS::Lambda::Function': ({ memoryMb = 128, arm }) => {
    const { item, tiers } = priced(`AWSLambda:Lambda-GB-Second${arm ? '-ARM' : ''}`)
    const usd = tiers[0]!.usd * memoryMb / 1024 * 0.1 * million
    return [perUse('AWSLambda:Request', million, 'requests'), { item, use: { quantity: million, unit: `runs of 100 ms at ${memoryMb} MB`, usd } }]
  },
  'AWS::Lambda::Alias': one => provisioned(one),
  'AWS::Lambda::Version': one => provisioned(one),
  'AWS::DynamoDB::Table': ({ readUnits, writeUnits }) => [
    ...readUnits === undefined
      ? [perUse('AmazonDynamoDB:ReadRequestUnits', million, 'units')]
      : [perMonth('AmazonDynamoDB:ReadCapacityUnit-Hrs', readUnits * hoursOfMonth)],
    ...writeUnits === undefined
      ? [perUse('AmazonDynamoDB:WriteRequestUnits', million, 'units')]
      : [perMonth('AmazonDynamoDB:WriteCapacityUnit-Hrs', writeUnits * hoursOfMonth)],
    { item: 'Storage', use: { quantity: 1, unit: 'GB a month', usd: priced('AmazonDynamoDB:TimedStorage-ByteHrs').tiers[0]!.usd } },
  ],
  'AWS::S3::Bucket': () => [
    perUse('AmazonS3:API-Request', million, 'requests', 'PutObject'), perUse('AmazonS3:API-Request', million, 'requests', 'GetObject'),
    { item: 'Storage', use: { quantity: 1, unit: 'GB a month', usd: priced('AmazonS3:TimedStorage-ByteHrs').tiers[0]!.usd } },
  ],
  'AWS::SQS::Queue': ({ fifo }) => [perUse(`AWSQueueService:Requests-${fifo ? 'FIFO-' : ''}Tier1`, million, 'requests')],
  'AWS::ApiGatewayV2::Api': () => [perUse('AmazonApiGateway:ApiGatewayHttpRequest', million, 'requests')],
  'AWS::Kinesis::Stream': () => [perUse('AmazonKinesis:PutRequestPayloadUnits', million, 'payload units')],
  'AWS::Logs::LogGroup': () => [perUse('AmazonCloudWatch:DataProcessing-Bytes', 1, 'GB')],
}

const provisioned = ({ provisioned: count, memoryMb = 128, arm }: EstimatedResource): Part[] =>
  count === undefined ? [] : [perMonth(`AWSLambda:Lambda-Provisioned-Concurrency${arm ? '-ARM' : ''}`, count * memoryMb / 1024 * hoursOfMonth * 3600)]

/** What a template's resources cost at list prices: a month of what stands, and the price of a million uses of the rest. */
export function estimateOf(resources: readonly EstimatedResource[]): Estimate {
  const lines = resources.flatMap(one => (parts[one.type]?.(one) ?? []).map((part): EstimateLine => ({
    resource: one.type, count: one.count, ...part, ...part.monthlyUsd !== undefined && { monthlyUsd: part.monthlyUsd * one.count },
  })))
  const unpriced = [...new Set(resources.filter(one => !parts[one.type]).map(one => one.type))].sort()
  return { currency: 'USD', pricesDate, lines, monthlyUsd: lines.reduce((sum, line) => sum + (line.monthlyUsd ?? 0), 0), unpriced }
}

const escaped = (text: string): string => text.replace(/[&<>"']/g, character => `&#${character.charCodeAt(0)};`)
const usd = (amount: number): string => `$${amount.toFixed(amount < 1 ? 4 : 2)}`

/** The estimate as a page. */
export function estimatePage({ lines, monthlyUsd, unpriced, pricesDate: date }: Estimate): string {
  const cells = (line: EstimateLine) => [
    line.resource, String(line.count), line.item, line.monthlyUsd === undefined ? '' : usd(line.monthlyUsd),
    line.use ? `${usd(line.use.usd)} for ${line.use.quantity.toLocaleString('en')} ${line.use.unit}` : '',
  ]
  const row = (tag: string, texts: string[]) => `<tr>${texts.map(text => `<${tag}>${escaped(text)}</${tag}>`).join('')}</tr>`
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Estimated cost</title>
<style>body{font:16px system-ui;margin:2em}td,th{text-align:left;padding:.2em 1em .2em 0}</style>
<h1>Estimated cost: ${usd(monthlyUsd)} a month, and what is used</h1>
<table>${row('th', ['Resource', 'Number', 'Item', 'A month', 'By use'])}${lines.map(line => row('td', cells(line))).join('')}</table>
${unpriced.length > 0 ? `<p>Without a price here: ${escaped(unpriced.join(', '))}.</p>` : ''}
<p>AWS's list prices of us-east-1 of ${date}, first tier, without the free tier.</p></html>`
}
