import { managedPolicy, versionOf } from './managed.ts'
import { NoSuchEntity, ValidationError, type Iam } from './state.ts'

/** A policy and the version of it that `v3` names; throws NoSuchEntity. */
export async function policyAt(iam: Iam, policyArn: string | undefined, versionId: string | undefined) {
  const policy = await managedPolicy(iam, policyArn)
  const number = /^v([1-9][0-9]*)(\.[A-Za-z0-9-]*)?$/.exec(versionId ?? '')?.[1]
  if (number === undefined) {
    const value = `Value '${versionId}' at 'versionId'`
    throw new ValidationError(
      `1 validation error detected: ${value} failed to satisfy constraint: Member must satisfy regular expression pattern: v[1-9][0-9]*(\\.[A-Za-z0-9-]*)?`
    )
  }
  const version = await versionOf(iam, policy, Number(number))
  if (!version) throw new NoSuchEntity(`Policy ${policyArn} version ${versionId} does not exist or is not attachable.`)
  return { policy, version }
}
