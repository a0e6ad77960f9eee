import { AddClientIDToOpenIDConnectProvider } from './AddClientIDToOpenIDConnectProvider.ts'
import { CreateOpenIDConnectProvider } from './CreateOpenIDConnectProvider.ts'
import { DeleteOpenIDConnectProvider } from './DeleteOpenIDConnectProvider.ts'
import { GetOpenIDConnectProvider } from './GetOpenIDConnectProvider.ts'
import { ListOpenIDConnectProviders } from './ListOpenIDConnectProviders.ts'
import { ListOpenIDConnectProviderTags } from './ListOpenIDConnectProviderTags.ts'
import { RemoveClientIDFromOpenIDConnectProvider } from './RemoveClientIDFromOpenIDConnectProvider.ts'
import { TagOpenIDConnectProvider } from './TagOpenIDConnectProvider.ts'
import { UntagOpenIDConnectProvider } from './UntagOpenIDConnectProvider.ts'
import { UpdateOpenIDConnectProviderThumbprint } from './UpdateOpenIDConnectProviderThumbprint.ts'

/** Operations on OpenID Connect providers. */
export const openIdProviders = {
  AddClientIDToOpenIDConnectProvider, CreateOpenIDConnectProvider, DeleteOpenIDConnectProvider, GetOpenIDConnectProvider, ListOpenIDConnectProviders,
  ListOpenIDConnectProviderTags, RemoveClientIDFromOpenIDConnectProvider, TagOpenIDConnectProvider, UntagOpenIDConnectProvider,
  UpdateOpenIDConnectProviderThumbprint,
}
