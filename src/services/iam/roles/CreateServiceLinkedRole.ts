import { newEntity } from '../entities.ts'
import { save } from '../entity-policies.ts'
import { InvalidInput, type Iam, type Input, type Output, type RoleRow } from '../state.ts'
import { roleView } from '../views.ts'
import { linkedRoleArn, linkedRoleName } from './service-linked.ts'

/** Makes the role by which a service of AWS acts for the account: `AWSServiceRoleFor…`, at `/aws-service-role/SERVICE/`. */
export async function CreateServiceLinkedRole(iam: Iam, input: Input<'CreateServiceLinkedRole'>): Output<'CreateServiceLinkedRole'> {
  const service = input.AWSServiceName!
  if (!/^[a-z0-9][a-z0-9.-]*\.amazonaws\.com$/.test(service) || /[.-]{2}/.test(service)) throw new InvalidInput(`${service} is not a valid service principal.`)
  const { name: base, takesSuffix } = linkedRoleName(service)
  if (input.CustomSuffix !== undefined && !takesSuffix) throw new InvalidInput(`Custom suffix is not allowed for ${service}`)
  const name = input.CustomSuffix === undefined ? base : `${base}_${input.CustomSuffix}`
  if (await iam.tables.roles.get(name.toLowerCase())) {
    throw new InvalidInput(`Service role name ${name} has been taken in this account, please try a different suffix.`)
  }
  const entity = newEntity(iam, 'role', name, { Path: `/aws-service-role/${service}/` })
  const trustPolicy = JSON.stringify({ Version: '2012-10-17', Statement: [{ Action: ['sts:AssumeRole'], Effect: 'Allow', Principal: { Service: [service] } }] })
  const row: RoleRow = {
    ...entity, arn: linkedRoleArn(iam, entity), trustPolicy, maxSessionDurationSeconds: 3600,
    ...input.Description !== undefined && { description: input.Description },
  }
  await save(iam, 'role', row)
  const { RoleLastUsed: _unused, ...Role } = roleView(row)
  return { Role }
}
