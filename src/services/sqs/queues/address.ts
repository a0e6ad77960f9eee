import { arn, parseArn } from '../../../platform/arns.ts'
import { InvalidAddress, noSuchQueue, type Sqs } from '../state.ts'

/** Whose queue it is and what it is called. */
export interface Address { account: string, name: string }

const known = new Map<string, Address>()
const knownMax = 10_000

/**
 * The queue of a URL. Its host is not looked at: `http://HOST:PORT/ACCOUNT/NAME`, `https://sqs.REGION.amazonaws.com/ACCOUNT/NAME` and the like,
 * the path alone, and, as old clients send it, the name alone, which means the caller's own.
 */
export function addressOf(sqs: Sqs, url: string): Address {
  const found = known.get(url)
  if (found) return found
  const path = url.replace(/^[a-z]+:\/\/[^/]*/i, '').replace(/^\/+|\/+$/g, '')
  const parts = path.split('/')
  if (parts.length === 1 && parts[0]) return { account: sqs.account, name: parts[0] }
  const [account, name] = parts.slice(-2)
  if (!account || !name) throw new InvalidAddress(`The address ${url} is not valid for this endpoint.`)
  if (!/^\d{12}$/.test(account)) throw noSuchQueue()
  if (known.size >= knownMax) known.clear()
  const address = { account, name }
  known.set(url, address)
  return address
}

export const urlOf = (sqs: Sqs, { account, name }: Address): string => `${sqs.config.endpoint}/${account}/${name}`

export const queueArn = (sqs: Sqs, { account, name }: Address): string => arn({ partition: sqs.partition, region: sqs.region, account }, 'sqs', name)

/** The queue of an ARN in this region; undefined where it names none. */
export function addressOfArn(sqs: Sqs, text: string): Address | undefined {
  const parsed = parseArn(text)
  if (parsed?.service !== 'sqs' || parsed.region !== sqs.region || !/^\d{12}$/.test(parsed.account) || !parsed.resource) return undefined
  return { account: parsed.account, name: parsed.resource }
}
