import { globalArn } from '../../../platform/arns.ts'
import { InvalidInput, LimitExceeded, NoSuchEntity, ValidationError, type Iam, type OpenIdProviderRow } from '../state.ts'

export const clientIdsMax = 100
export const providersMax = 100
const thumbprintsMax = 5

/** `https://host/path` without its scheme, as ARNs and condition keys have it. Throws ValidationError. */
export function issuerOf(url: string | undefined): string {
  const text = url ?? ''
  let parsed: URL
  try {
    parsed = new URL(text)
  } catch {
    throw new ValidationError('Invalid Open ID Connect Provider URL')
  }
  // A provider on this machine has seldom a certificate.
  const local = ['localhost', '127.0.0.1', '[::1]'].includes(parsed.hostname)
  if (!(parsed.protocol === 'https:' || (parsed.protocol === 'http:' && local)) || parsed.search || parsed.hash || parsed.username) {
    throw new ValidationError('Invalid Open ID Connect Provider URL')
  }
  return text.replace(/^https?:\/\//, '').replace(/\/$/, '')
}

export const providerArn = (iam: Pick<Iam, 'partition' | 'account'>, issuer: string): string => globalArn(iam, 'iam', `oidc-provider/${issuer}`)

/** The provider of an ARN; throws NoSuchEntity. */
export async function provider(iam: Iam, arn: string | undefined): Promise<OpenIdProviderRow> {
  const issuer = /^arn:[a-z-]+:iam::\d{12}:oidc-provider\/(.+)$/.exec(arn ?? '')?.[1]
  if (issuer === undefined) throw new InvalidInput(`Invalid ARN:  Could not be parsed! ${arn}`)
  const row = await iam.tables.openIdProviders.get(issuer.toLowerCase())
  if (!row || row.arn !== arn) throw new NoSuchEntity(`OpenIDConnect Provider not found for arn ${arn}`)
  return row
}

export function checkThumbprints(list: string[] | undefined): string[] {
  const thumbprints = list ?? []
  if (thumbprints.length > thumbprintsMax) throw new InvalidInput('Thumbprint list must contain fewer than 5 entries.')
  if (thumbprints.some(one => !/^[0-9a-fA-F]{40}$/.test(one))) {
    throw new ValidationError('Thumbprint list must contain SHA-1 fingerprints of 40 hexadecimal digits.')
  }
  return thumbprints
}

export function checkClientIds(ids: string[]): string[] {
  if (ids.length > clientIdsMax) throw new LimitExceeded(`Cannot exceed quota for ClientIdsPerOpenIdConnectProvider: ${clientIdsMax}`)
  return [...new Set(ids)]
}
