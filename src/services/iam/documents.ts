import { policyProblem, type PolicyKind } from '../../platform/policy/validate.ts'
import { LimitExceeded, MalformedPolicyDocument, trustPolicyCharactersMax } from './state.ts'

/** Policy documents are answered percent-encoded by RFC 3986, which leaves less as it is than encodeURIComponent does. */
export const encodeDocument = (document: string): string =>
  encodeURIComponent(document).replace(/[!'()*]/g, character => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)

/** Throws MalformedPolicyDocument in IAM's words. */
export function checkDocument(document: string, kind: PolicyKind): void {
  const problem = policyProblem(document, kind)
  if (problem) throw new MalformedPolicyDocument(problem)
}

/** The size that quotas count: without white space. */
export const sizeOf = (document: string): number => document.replace(/\s/g, '').length

export function checkTrustPolicy(document: string): void {
  checkDocument(document, 'trust')
  if (sizeOf(document) > trustPolicyCharactersMax) throw new LimitExceeded(`Cannot exceed quota for ACLSizePerRole: ${trustPolicyCharactersMax}`)
}
