import { identifierText } from '../../../platform/resource-identifier.ts'
import { longRunning } from '../../../platform/service.ts'
import { applyPatch } from '../requests/patch.ts'
import { begin, progress, repeated } from '../requests/request.ts'
import type { CloudControl, Input, Output } from '../state.ts'
import { checkChangeable, checkModel, contextOf, identityOfRequest, requireType, standing } from './resource.ts'

/** Begins to change a resource by a JSON patch of what stands. Throws ValidationException, ResourceNotFoundException, ConcurrentOperationException. */
export const UpdateResource = longRunning(async (scope: CloudControl, input: Input<'UpdateResource'>): Promise<Output<'UpdateResource'>> => {
  const earlier = await repeated(scope, input)
  if (earlier) return { ProgressEvent: progress(earlier) }
  const name = input.TypeName!
  const type = await requireType(scope, name, 'UPDATE')
  const identity = identityOfRequest(type, input.Identifier!)
  const before = await standing(type, name, contextOf(scope, name, scope.aws), identity)
  const patched = applyPatch({ ...before.properties, ...before.attributes }, input.PatchDocument!)
  checkChangeable(type, before, patched)
  const desired = Object.fromEntries(Object.entries(patched).filter(([key]) => !(key in before.attributes) || Object.hasOwn(type.properties, key)))
  // What cannot be read back (a function's code) need not be given again.
  checkModel({ ...type, properties: Object.fromEntries(Object.keys(type.properties).map(key => [key, 'optional'])) }, desired)
  return {
    ProgressEvent: await begin(scope, input, {
      type: name, operation: 'UPDATE', identifier: identifierText(type, identity), desired, previous: before.properties
    })
  }
})
