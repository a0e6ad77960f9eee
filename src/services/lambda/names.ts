import type { Lambda } from './state.ts'
import { InvalidParameterValueException, ResourceNotFoundException, ValidationException } from './state.ts'

export interface FunctionName { name: string, qualifier: string | undefined }

const place = /(?:arn:(aws[a-zA-Z-]*)?:lambda:)?(?:([a-z]{2}(?:-gov)?-[a-z]+-\d):)?(?:(\d{12}):)?(?:function:)?/
const nameAndQualifier = /([a-zA-Z0-9-_]+)(?::(\$LATEST(?:\.PUBLISHED)?|[a-zA-Z0-9-_]+))?/
const pattern = new RegExp(`^${place.source}${nameAndQualifier.source}$`)

/** Reads `name`, `name:qualifier`, `account:function:name[:qualifier]` and the full ARN; the qualifier of the request must agree with the name's. */
export function functionName(lambda: Lambda, text: string | undefined, qualifier?: string): FunctionName {
  const match = pattern.exec(text ?? '')
  if (!match) {
    throw new ValidationException(`1 validation error detected: Value '${text}' at 'functionName' failed to satisfy constraint: Member must satisfy regular `
      + 'expression pattern: (arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:)?(\\d{12}:)?(function:)?'
      + '([a-zA-Z0-9-_]+)(:((?!\\d+)[0-9a-zA-Z-_]+|\\$LATEST))?')
  }
  const [, , region, account, name, own] = match
  if (name!.length > 64) {
    throw new ValidationException(
      `1 validation error detected: Value '${text}' at 'functionName' failed to satisfy constraint: Member must have length less than or equal to 64`
    )
  }
  if (own && qualifier && own !== qualifier) {
    throw new InvalidParameterValueException('The derived qualifier from the function name does not match the specified qualifier.')
  }
  const found = { name: name!, qualifier: qualifier ?? own }
  if (region && region !== lambda.region || account && account !== lambda.account) {
    // A function of another account is visible only through its own account's scope, which the caller of this one has not.
    throw new ResourceNotFoundException(`Function not found: ${text}`)
  }
  return found
}

/** The scope of the account and region that a full or partial function ARN names; the caller's own where it names none. */
export function scopeOf(lambda: Lambda, text: string | undefined): Lambda {
  // Nothing but a name, as mostly.
  if (text === undefined || !text.includes(':')) return lambda
  const match = pattern.exec(text)
  const account = match?.[3] ?? lambda.account
  const region = match?.[2] ?? lambda.region
  return account === lambda.account && region === lambda.region ? lambda : lambda.in({ account, region })
}

export const functionArn = (lambda: Pick<Lambda, 'partition' | 'region' | 'account'>, name: string, qualifier?: string): string =>
  `arn:${lambda.partition}:lambda:${lambda.region}:${lambda.account}:function:${name}${qualifier ? `:${qualifier}` : ''}`

export const layerArn = (lambda: Pick<Lambda, 'partition' | 'region' | 'account'>, name: string, version?: number): string =>
  `arn:${lambda.partition}:lambda:${lambda.region}:${lambda.account}:layer:${name}${version ? `:${version}` : ''}`

/** Splits a layer version's ARN; undefined where the text is none. */
export function parseLayerArn(text: string): { account: string, region: string, name: string, version: number } | undefined {
  const match = /^arn:aws[a-zA-Z-]*:lambda:([a-z0-9-]+):(\d{12}):layer:([a-zA-Z0-9-_]+):(\d+)$/.exec(text)
  return match ? { region: match[1]!, account: match[2]!, name: match[3]!, version: Number(match[4]) } : undefined
}

export const versionLabel = (version: number): string => version === 0 ? '$LATEST' : String(version)
