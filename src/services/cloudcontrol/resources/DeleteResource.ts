import { identifierText } from '../../../platform/resource-identifier.ts'
import { longRunning } from '../../../platform/service.ts'
import { begin, progress, repeated } from '../requests/request.ts'
import type { CloudControl, Input, Output } from '../state.ts'
import { identityOfRequest, requireType } from './resource.ts'

/** Begins to delete a resource; one that is not there fails the request with NotFound. */
export const DeleteResource = longRunning(async (scope: CloudControl, input: Input<'DeleteResource'>): Promise<Output<'DeleteResource'>> => {
  const earlier = await repeated(scope, input)
  if (earlier) return { ProgressEvent: progress(earlier) }
  const type = await requireType(scope, input.TypeName!, 'DELETE')
  const identifier = identifierText(type, identityOfRequest(type, input.Identifier!))
  return { ProgressEvent: await begin(scope, input, { type: input.TypeName!, operation: 'DELETE', identifier }) }
})
