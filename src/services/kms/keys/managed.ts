import type { KeyRow, Kms } from '../state.ts'
import { dayMs, keyArn, rotationDaysDefault } from '../state.ts'
import { newMaterial } from './material.ts'
import { queueRotation } from '../rotation/rotate.ts'

/** The services that have an AWS managed key here: `alias/aws/NAME`, used through the service alone. */
export const managedAliases = ['dynamodb', 'kinesis', 'lambda', 's3', 'secretsmanager', 'sns', 'sqs', 'ssm'].map(name => `alias/aws/${name}`)

/** The key of an account behind such an alias: made when the service first uses it, or when it is first described. */
export async function managedKey(at: Kms, alias: string): Promise<KeyRow | undefined> {
  const service = alias.slice('alias/aws/'.length)
  const isAsked = at.operation === 'DescribeKey' || at.calledVia?.at(-1) === `${service}.amazonaws.com`
  if (!managedAliases.includes(alias) || !isAsked) return undefined
  return at.transact(async inside => {
    const kms = inside as Kms
    const known = await kms.tables.aliases.get(alias)
    if (known) return kms.tables.keys.get(known.keyId)
    const id = kms.newId()
    const arn = keyArn(kms, id)
    const now = kms.now()
    const { material } = await newMaterial(kms, { arn, spec: 'SYMMETRIC_DEFAULT' })
    const row: KeyRow = {
      id, arn, description: `Default key that protects my ${service} data when no other key is defined`, spec: 'SYMMETRIC_DEFAULT', usage: 'ENCRYPT_DECRYPT',
      origin: 'AWS_KMS', manager: 'AWS', state: 'Enabled', createdMs: now, policy: managedPolicy(kms, service), tags: {}, materials: [material],
      rotation: { periodDays: rotationDaysDefault, nextMs: now + rotationDaysDefault * dayMs },
    }
    await kms.tables.keys.put(row)
    await kms.tables.aliases.put({ name: alias, keyId: id, createdMs: now, updatedMs: now })
    queueRotation(kms, row)
    return row
  })
}

/** Everybody in the account may use it through the service, and look at it; nobody may change it. */
function managedPolicy(kms: Kms, service: string): string {
  const through = { StringEquals: { 'kms:ViaService': `${service}.${kms.region}.amazonaws.com`, 'kms:CallerAccount': kms.account } }
  const use = ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:CreateGrant', 'kms:DescribeKey']
  const look = ['kms:Describe*', 'kms:Get*', 'kms:List*', 'kms:RevokeGrant']
  return JSON.stringify({
    Version: '2012-10-17', Id: `auto-${service}-1`,
    Statement: [
      {
        Sid: `Allow access through ${service} for all principals in the account that are authorized to use it`, Effect: 'Allow', Principal: { AWS: '*' },
        Action: use, Resource: '*', Condition: through,
      },
      {
        Sid: 'Allow direct access to key metadata to the account', Effect: 'Allow', Principal: { AWS: `arn:${kms.partition}:iam::${kms.account}:root` },
        Action: look, Resource: '*',
      },
    ],
  })
}
