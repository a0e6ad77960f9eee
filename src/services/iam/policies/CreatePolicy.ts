import { checkDocument, sizeOf } from '../documents.ts'
import { newEntity } from '../entities.ts'
import { EntityAlreadyExists, LimitExceeded, managedPolicyCharactersMax, type Iam, type Input, type Output } from '../state.ts'
import { policyView } from '../views.ts'

/** Makes a managed policy with its first version, v1, which is the default one. */
export async function CreatePolicy(iam: Iam, input: Input<'CreatePolicy'>): Output<'CreatePolicy'> {
  const { name, path, id, arn, createdAt, tags } = newEntity(iam, 'policy', input.PolicyName, input)
  checkDocument(input.PolicyDocument!, 'identity')
  if (sizeOf(input.PolicyDocument!) > managedPolicyCharactersMax) throw new LimitExceeded(`Cannot exceed quota for PolicySize: ${managedPolicyCharactersMax}`)
  if (await iam.tables.policies.get(name.toLowerCase())) {
    throw new EntityAlreadyExists(`A policy called ${name} already exists. Duplicate names are not allowed.`)
  }
  const row = {
    name, path, id, arn, createdAt, updatedAt: createdAt, tags, defaultVersion: 1, lastVersion: 1,
    ...input.Description !== undefined && { description: input.Description },
  }
  await iam.tables.policies.put(row)
  await iam.tables.policyVersions.put({ policy: name, version: 1, document: input.PolicyDocument!, createdAt })
  return { Policy: policyView(row, { attached: 0, boundaries: 0 }) }
}
