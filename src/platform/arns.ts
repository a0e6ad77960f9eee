/** `arn:partition:service:region:account:resource`. */
export interface Arn { partition: string, service: string, region: string, account: string, resource: string }

/** The parts of an ARN; undefined where the text is none. The resource keeps its colons and slashes. */
export function parseArn(text: string): Arn | undefined {
  const parts = text.split(':')
  if (parts.length < 6 || parts[0] !== 'arn' || !parts[1] || !parts[2]) return undefined
  return { partition: parts[1], service: parts[2], region: parts[3]!, account: parts[4]!, resource: parts.slice(5).join(':') }
}

/** The account in an ARN; undefined where it has none (a bucket's), or is no ARN. */
export function accountOfArn(text: string): string | undefined {
  const account = text.startsWith('arn:') ? text.split(':', 5)[4] : undefined
  return account !== undefined && /^\d{12}$/.test(account) ? account : undefined
}

/** Writes an ARN of a scope: `arn(scope, 'sqs', queueName)`. */
export const arn = (place: { partition: string, region: string, account: string }, service: string, resource: string): string =>
  `arn:${place.partition}:${service}:${place.region}:${place.account}:${resource}`

/** Writes an ARN without a region, as IAM's are: `globalArn(scope, 'iam', 'role/x')`. */
export const globalArn = (place: { partition: string, account: string }, service: string, resource: string): string =>
  `arn:${place.partition}:${service}::${place.account}:${resource}`

/** The partition that a region belongs to. */
export function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn'
  if (region.startsWith('us-gov-')) return 'aws-us-gov'
  return 'aws'
}

/** `amazonaws.com`, and `amazonaws.com.cn` in China: AWS::URLSuffix. */
export const urlSuffixOf = (region: string): string => region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com'
