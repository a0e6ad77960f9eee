/** Who makes a call, as signature verification or a session found it. */
export interface Principal {
  type: 'root' | 'user' | 'assumed-role' | 'federated-user' | 'service' | 'web-identity' | 'anonymous'
  /** The 12-digit account. For a service principal: the account it acts for. For anonymous: ''. */
  account: string
  /** `arn:aws:iam::…:root`, `…:user/NAME`, `arn:aws:sts::…:assumed-role/ROLE/SESSION`; for a service its name, `lambda.amazonaws.com`. */
  arn: string
  /** AIDA…, AROA…:SESSION, or the account for root. */
  userId: string
  accessKeyId?: string
  /** Of an assumed role: the role's ARN, whose policies apply. */
  roleArn?: string
  /** Of a federated user: the user, or the root, who asked for the session, whose policies bound it. */
  issuerArn?: string
  /** Session policies (JSON documents) and managed policy ARNs that narrow the session. */
  sessionPolicies?: string[]
  sessionPolicyArns?: string[]
  sessionTags?: Record<string, string>
  /** Keys of the session tags that pass on to the next role of a chain. */
  transitiveTagKeys?: string[]
  sourceIdentity?: string
  /** Milliseconds since 1970, for temporary credentials. */
  issuedAt?: number
  mfa?: boolean
  /** For a service that acts because of a resource: the aws:SourceArn and aws:SourceAccount condition keys. */
  sourceArn?: string
  /** Of a session that a web identity opened: its provider's ARN. */
  federatedProvider?: string
  /** Condition keys that the session brings: `ISSUER:sub` and the like of a web identity's token, `lambda:SourceFunctionArn`. */
  identityKeys?: Record<string, string | string[]>
}
