import type { Principal } from './principal.ts'

/** Who holds an access key, asked by the gateway for every signed request; so a known key should be answered from memory, without a promise. */
export interface Identity {
  credentials(request: CredentialsRequest): CredentialsAnswer | Promise<CredentialsAnswer>
}

export interface CredentialsRequest {
  /** AKIA… of a user, ASIA… of a session; on the loopback interface any word, a 12-digit account among them. */
  accessKeyId: string
  /** What the caller sent as X-Amz-Security-Token. */
  sessionToken?: string
  /** The request came in over the loopback interface, where an unknown access key is the root of the local account. */
  loopback: boolean
}

/**
 * `secretAccessKey` is absent where there is none to verify with: the unknown key of a caller on the loopback interface. Such a signature is accepted.
 * `unknown`: no such access key. `inactive`: it is switched off. `expired`: the session is over. `invalid-token`: the session token is missing or not
 * the key's.
 */
export type CredentialsAnswer = { secretAccessKey?: string, principal: Principal } | { error: CredentialsError }

export type CredentialsError = 'unknown' | 'inactive' | 'expired' | 'invalid-token'

/** The policies that speak for or bound a caller, asked by the authorizer at each call; so they should be answered from memory. */
export interface IdentityPolicies {
  policiesOf(principal: Principal): PrincipalPolicies | Promise<PrincipalPolicies>
  /** Seals the details of a denial into a message that only those may read who may call sts:DecodeAuthorizationMessage. */
  encodeMessage?(details: object): string
  /** The place of an account in its organization, as far as it is known when policies have been asked for; undefined where it is in none. */
  organizationOf?(account: string): Membership | undefined
  /** Hears of each call that is decided: who last used which key. Must cost next to nothing. */
  used?(principal: Principal, service: string, region: string): void
}

/** A policy that was accepted before: its JSON, and what a denial calls it. */
export interface PolicyDocument { name: string, arn?: string, document: string }

export interface PrincipalPolicies {
  /** Of the user and its groups, or of the session's role. Absent for root and for callers that only a resource's policy speaks for. */
  identity?: PolicyDocument[]
  boundary?: PolicyDocument
  /** What narrows a session: its session policies. Absent where it has none. */
  session?: PolicyDocument[]
  /** Service control policies, one list for each level of the organization from the root down. */
  serviceControl?: PolicyDocument[][]
  /** Tags of the user or the role; the session's own win over them. */
  tags?: Record<string, string>
}

/** An account's place in an organization. */
export interface Membership {
  organizationId: string
  managementAccount: string
  /** `o-…/r-…/ou-…/`: the aws:PrincipalOrgPaths key. */
  path: string
  /** Service control policies, from the root down to the account; absent where none bound it. */
  serviceControl?: PolicyDocument[][]
}

/** The organizations of the cloud, answered from memory. */
export interface OrganizationDirectory {
  membershipOf(account: string): Membership | undefined | Promise<Membership | undefined>
  /** The same, as it was when it was last read. */
  known(account: string): Membership | undefined
  /** Forgets what is held, after a change. */
  changed(): void
}

/** Opens sessions: temporary credentials that hold all that is known of them in their token, so they outlive a restart. */
export interface Sessions {
  /** Credentials of the principal until `expiresAt` (milliseconds since 1970). */
  issue(principal: Principal, expiresAt: number): SessionCredentials
  /** What assuming the role asks for; undefined where there is no such role. */
  role(roleArn: string): Promise<AssumableRole | undefined>
  /** The JSON of a managed policy's default version; undefined where there is none. */
  managedPolicy(policyArn: string): Promise<string | undefined>
  /** A provider of identities whose tokens the account trusts; `issuer` is its address without the scheme. */
  openIdProvider(account: string, issuer: string): Promise<OpenIdProvider | undefined>
  /** The account that an access key belongs to; undefined for a key that is not known. */
  accountOf(accessKeyId: string): Promise<string | undefined>
  /** When an access key, or a role (by its ARN), was last used; undefined: never. */
  lastUsed(id: string): LastUse | undefined
  /** Whether this is a code of the device, which the user of the principal has switched on, that was not used before. */
  checkMfa(principal: Principal, serialNumber: string, code: string): Promise<boolean>
  /** The details of a denial, as JSON; undefined where this cloud has not encoded the message. */
  decodeMessage(message: string): string | undefined
  /** Writes what is only in memory. */
  flush(): Promise<void>
  /** Forgets what is held in memory of an account's identities, after a change. */
  changed(account: string): void
}

/** `at`: milliseconds since 1970. */
export interface LastUse { at: number, service: string, region: string }

/** `url`: with its scheme, where its keys are found; `clientIds`: the audiences that its tokens may have. */
export interface OpenIdProvider { arn: string, url: string, clientIds: string[] }

export interface SessionCredentials { accessKeyId: string, secretAccessKey: string, sessionToken: string, expiresAt: number }

export interface AssumableRole {
  arn: string
  roleId: string
  name: string
  account: string
  trustPolicy: string
  maxSessionDurationSeconds: number
  tags: Record<string, string>
}
