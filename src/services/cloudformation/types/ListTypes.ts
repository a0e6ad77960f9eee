import type { ListTypesInput, ListTypesOutput, TypeSummary } from '@aws-sdk/client-cloudformation'
import { decodeToken, encodeToken, pageOf } from '../../../platform/pagination.ts'
import { longRunning } from '../../../platform/service.ts'
import type { CloudFormation } from '../state.ts'
import { ValidationError } from '../template/template.ts'
import { provisioningOf, requireType, typeArn, typeNames } from './type.ts'

const pageMax = 100

/** The resource types of this cloud are AWS's public ones; of private types and those of others there are none. */
export const ListTypes = longRunning(async (cfn: CloudFormation, input: ListTypesInput): Promise<ListTypesOutput> => {
  const { Filters: filters = {}, Type: kind = 'RESOURCE' } = input
  const isPublic = input.Visibility === 'PUBLIC' || filters.Category === 'AWS_TYPES'
  if (!isPublic || kind !== 'RESOURCE' || input.DeprecatedStatus === 'DEPRECATED' || (filters.Category ?? 'AWS_TYPES') !== 'AWS_TYPES') {
    return { TypeSummaries: [] }
  }
  const after = input.NextToken === undefined ? undefined : decodeToken('ListTypes', input.NextToken)
  if (input.NextToken !== undefined && !after) throw new ValidationError('The specified NextToken is not valid.')
  const names = (await typeNames(cfn)).filter(name => name.startsWith(filters.TypeNamePrefix ?? ''))
  const shown = input.ProvisioningType === undefined ? names : await ofProvisioning(cfn, names, input.ProvisioningType)
  const max = input.MaxResults ?? pageMax
  const { page, last } = pageOf(shown.filter(name => !after || name > String(after[0])).slice(0, max + 1), max)
  return {
    TypeSummaries: page.map(
      (name): TypeSummary => ({ Type: 'RESOURCE', TypeName: name, TypeArn: typeArn(cfn, name), Description: `Resource Type definition for ${name}` })
    ),
    ...last !== undefined && { NextToken: encodeToken('ListTypes', [last]) },
  }
})

async function ofProvisioning(cfn: CloudFormation, names: readonly string[], wanted: string): Promise<string[]> {
  const kinds = await Promise.all(names.map(async name => provisioningOf((await requireType(cfn, { TypeName: name })).type)))
  return names.filter((_, at) => kinds[at] === wanted)
}
