import { tagsToList } from '../../../platform/tags.ts'
import { checkedTags } from '../entities.ts'
import { EntityAlreadyExists, LimitExceeded, type Iam, type Input, type Output } from '../state.ts'
import { checkClientIds, checkThumbprints, issuerOf, providerArn, providersMax } from './provider-row.ts'

/** Trusts an OpenID Connect provider, so that roles may be assumed with its tokens. Errors: EntityAlreadyExists, LimitExceeded, ValidationError. */
export async function CreateOpenIDConnectProvider(iam: Iam, input: Input<'CreateOpenIDConnectProvider'>): Output<'CreateOpenIDConnectProvider'> {
  const issuer = issuerOf(input.Url)
  const row = {
    issuer, url: input.Url!.replace(/\/$/, ''), arn: providerArn(iam, issuer), clientIds: checkClientIds(input.ClientIDList ?? []),
    thumbprints: checkThumbprints(input.ThumbprintList), createdAt: iam.now(), tags: checkedTags(input.Tags),
  }
  if (await iam.tables.openIdProviders.get(issuer.toLowerCase())) throw new EntityAlreadyExists(`Provider with url ${input.Url} already exists.`)
  if ((await iam.tables.openIdProviders.list()).length >= providersMax) {
    throw new LimitExceeded(`Cannot exceed quota for OpenIdConnectProvidersPerAccount: ${providersMax}`)
  }
  await iam.tables.openIdProviders.put(row)
  return { OpenIDConnectProviderArn: row.arn, ...input.Tags && { Tags: tagsToList(row.tags) } }
}
