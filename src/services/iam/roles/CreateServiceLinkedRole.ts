import { globalArn } from '../../../platform/arns.ts'
import { newEntity } from '../entities.ts'
import { save } from '../entity-policies.ts'
import { InvalidInput, type Iam, type Input, type Output, type RoleRow } from '../state.ts'
import { roleView } from '../views.ts'

/** Makes the role by which a service of AWS acts for the account: `AWSServiceRoleFor…`, at `/aws-service-role/SERVICE/`. */
export async function CreateServiceLinkedRole(iam: Iam, input: Input<'CreateServiceLinkedRole'>): Output<'CreateServiceLinkedRole'> {
  const service = input.AWSServiceName!
  if (!/^[a-z0-9.-]+\.amazonaws\.com$/.test(service)) throw new InvalidInput(`${service} is not a valid service principal.`)
  const words = service.replace(/\.amazonaws\.com$/, '').split(/[.-]/).map(word => word[0]!.toUpperCase() + word.slice(1))
  const name = `AWSServiceRoleFor${words.reverse().join('')}${input.CustomSuffix === undefined ? '' : `_${input.CustomSuffix}`}`
  const base = newEntity(iam, 'role', name, { Path: `/aws-service-role/${service}/` })
  if (await iam.tables.roles.get(name.toLowerCase())) {
    throw new InvalidInput(`Service role name ${name} has been taken in this account, please try a different suffix.`)
  }
  const trustPolicy = JSON.stringify({ Version: '2012-10-17', Statement: [{ Action: ['sts:AssumeRole'], Effect: 'Allow', Principal: { Service: [service] } }] })
  const row: RoleRow = {
    ...base, arn: globalArn(iam, 'iam', `role${base.path}${name}`), trustPolicy, maxSessionDurationSeconds: 3600,
    ...input.Description !== undefined && { description: input.Description },
  }
  await save(iam, 'role', row)
  const { RoleLastUsed: _unused, ...Role } = roleView(row)
  return { Role }
}
