import type { Identity, IdentityPolicies } from './contracts/identity.ts'
import type { Principal } from './contracts/principal.ts'
import { AwsError } from './platform/errors.ts'

/**
 * Who is known where no IAM service is mounted: on the loopback interface an unknown access key is the root of the local account,
 * and a 12-digit key is the root of that account. Everybody else is unknown.
 */
export function localIdentity(localAccount: string): Identity & IdentityPolicies & { assume: (role: string) => Promise<Principal> } {
  return {
    credentials({ accessKeyId, loopback }) {
      if (!loopback) return { error: 'unknown' }
      const account = /^\d{12}$/.test(accessKeyId) ? accessKeyId : localAccount
      return { principal: { type: 'root', account, arn: `arn:aws:iam::${account}:root`, userId: account, accessKeyId } }
    },
    policiesOf: principal => principal.type === 'root' ? {} : { identity: [] },
    async assume(role) {
      throw new AwsError('AccessDenied', `The role ${role} cannot be assumed: this cloud has no IAM service.`, { status: 403 })
    },
  }
}
