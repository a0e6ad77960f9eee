import type { STS } from '@aws-sdk/client-sts'
import { globalArn } from '../../platform/arns.ts'
import { providerKeys } from '../../platform/openid.ts'
import { longRunning, service, type Scope } from '../../platform/service.ts'
import { AssumeRole } from './AssumeRole.ts'
import { AssumeRoleWithWebIdentity } from './AssumeRoleWithWebIdentity.ts'
import { DecodeAuthorizationMessage } from './DecodeAuthorizationMessage.ts'
import { GetAccessKeyInfo } from './GetAccessKeyInfo.ts'
import { GetCallerIdentity } from './GetCallerIdentity.ts'
import { GetFederationToken } from './GetFederationToken.ts'
import { GetSessionToken } from './GetSessionToken.ts'
import type { Sts } from './state.ts'

export const sts = service<STS, Sts>({
  name: 'sts',
  billing: 'AWSSecurityTokenService',
  tables: {},
  operations: {
    AssumeRole, AssumeRoleWithWebIdentity: longRunning(AssumeRoleWithWebIdentity), DecodeAuthorizationMessage, GetAccessKeyInfo, GetCallerIdentity,
    GetFederationToken, GetSessionToken
  },
  authorization: {
    // Asks by itself, for the role's trust policy has the word.
    AssumeRole: { resource: 'none' },
    // So does this, for a caller whom only a token names.
    AssumeRoleWithWebIdentity: { resource: 'none' },
    DecodeAuthorizationMessage: { resource: '*' },
    GetAccessKeyInfo: { resource: '*' },
    GetCallerIdentity: { resource: 'none' },
    GetFederationToken: { resource: (scope, input) => globalArn(scope, 'sts', `federated-user/${input.Name}`) },
    GetSessionToken: { resource: 'none' },
  },
  open(scope: Scope) {
    const { sessions } = scope.config
    if (!sessions) throw new Error('STS needs the sessions of an identity provider: see createIdentityProvider.')
    return { sessions, providerKeys: providerKeys(scope.clock.now) }
  },
})
