import { newEntity } from '../entities.ts'
import { viewProfile } from '../profile-roles.ts'
import { EntityAlreadyExists, type Iam, type Input, type Output } from '../state.ts'

/** Makes an instance profile, which holds no role yet. */
export async function CreateInstanceProfile(iam: Iam, input: Input<'CreateInstanceProfile'>): Output<'CreateInstanceProfile'> {
  const { name, path, id, arn, createdAt, tags } = newEntity(iam, 'instance-profile', input.InstanceProfileName, input)
  if (await iam.tables.profiles.get(name.toLowerCase())) throw new EntityAlreadyExists(`Instance Profile ${name} already exists.`)
  const row = { name, path, id, arn, createdAt, tags }
  await iam.tables.profiles.put(row)
  return { InstanceProfile: await viewProfile(iam, row) }
}
