import { identifierText } from '../../../platform/resource-identifier.ts'
import { longRunning } from '../../../platform/service.ts'
import type { CloudControl, Input, Output } from '../state.ts'
import { contextOf, identityOfRequest, requireType, standing } from './resource.ts'

/** A resource as it stands, with its read-only properties; write-only ones (a function's code) are not told. */
export const GetResource = longRunning(async (scope: CloudControl, input: Input<'GetResource'>): Promise<Output<'GetResource'>> => {
  const type = await requireType(scope, input.TypeName!, 'READ')
  const identity = identityOfRequest(type, input.Identifier!)
  const aws = input.RoleArn === undefined ? scope.aws : scope.as({ role: input.RoleArn, sessionName: 'AWSCloudControlAPI' })
  const { properties, attributes } = await standing(type, input.TypeName!, contextOf(scope, input.TypeName!, aws), identity)
  return {
    TypeName: input.TypeName, ResourceDescription: { Identifier: identifierText(type, identity), Properties: JSON.stringify({ ...properties, ...attributes }) }
  }
})
