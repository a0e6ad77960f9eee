import { globalArn } from '../../platform/arns.ts'
import { checkName, refuseExisting, tableOf } from './entities.ts'
import { save } from './entity-policies.ts'
import { ValidationError, type EntityKind, type EntityRow, type Iam } from './state.ts'

/** What a user or a group is called from now on. Its id stays; its ARN does not. Errors: EntityAlreadyExists, NoSuchEntity, ValidationError. */
export async function renamed<Row extends EntityRow>(
  iam: Iam, kind: 'user' | 'group', row: Row, given: { name: string | undefined, path: string | undefined }
): Promise<Row> {
  const { name = row.name, path = row.path } = given
  checkName(kind === 'user' ? 'newUserName' : 'newGroupName', name, kind === 'user' ? 64 : 128)
  if (!/^(\/|\/[!-~]+\/)$/.test(path) || path.length > 512) {
    throw new ValidationError(
      'The specified value for newPath is invalid. It must begin and end with / and contain only alphanumeric characters and/or / characters.'
    )
  }
  if (name.toLowerCase() !== row.name.toLowerCase()) await refuseExisting(iam, kind, name)
  return { ...row, name, path, arn: globalArn(iam, 'iam', `${kind}${path}${name}`) }
}

/** Writes the entity under its new name, and the way back from the policies that it has. */
export async function moveEntity(iam: Iam, kind: EntityKind, before: EntityRow, after: EntityRow): Promise<void> {
  await tableOf(iam, kind).delete(before.name.toLowerCase())
  await save(iam, kind, after)
  const used = [
    ...before.attached.map(policyArn => ({ policyArn, usage: 'attached' as const })),
    ...before.boundary === undefined ? [] : [{ policyArn: before.boundary, usage: 'boundary' as const }]
  ]
  for (const { policyArn, usage } of used) {
    await iam.tables.attachments.delete(policyArn, usage, kind, before.name.toLowerCase())
    await iam.tables.attachments.put({ policyArn, usage, kind, name: after.name })
  }
}
