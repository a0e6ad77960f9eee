import { ValidationException } from '../../../platform/errors.ts'
import { decodeToken, encodeToken, pageOf } from '../../../platform/pagination.ts'
import { longRunning } from '../../../platform/service.ts'
import type { CloudControl, Input, Output } from '../state.ts'
import { contextOf, requireType } from './resource.ts'

/** The identifiers of all resources of a type in this account and region, in their order, 20 a page unless told. */
export const ListResources = longRunning(async (scope: CloudControl, input: Input<'ListResources'>): Promise<Output<'ListResources'>> => {
  const type = await requireType(scope, input.TypeName!, 'LIST')
  if (input.ResourceModel !== undefined && input.ResourceModel !== '{}') throw new ValidationException('ResourceModel is not implemented by Fogbank.')
  const after = input.NextToken === undefined ? undefined : decodeToken('ListResources', input.NextToken)
  if (input.NextToken !== undefined && !after) throw new ValidationException('The NextToken is not valid.')
  const max = input.MaxResults ?? 20
  const aws = input.RoleArn === undefined ? scope.aws : scope.as({ role: input.RoleArn, sessionName: 'AWSCloudControlAPI' })
  const ids = (await type.list!(contextOf(scope, input.TypeName!, aws))).sort().filter(id => !after || id > String(after[0]))
  const { page, last } = pageOf(ids.slice(0, max + 1), max)
  return {
    TypeName: input.TypeName, ResourceDescriptions: page.map(id => ({ Identifier: id, Properties: JSON.stringify({ [type.identifier]: id }) })),
    ...last !== undefined && { NextToken: encodeToken('ListResources', [last]) },
  }
})
