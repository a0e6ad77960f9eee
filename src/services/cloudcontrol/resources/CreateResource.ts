import { identifierMembers, identifierText, identityOf } from '../../../platform/resource-identifier.ts'
import { longRunning } from '../../../platform/service.ts'
import { begin, progress, repeated } from '../requests/request.ts'
import type { CloudControl, Input, Output } from '../state.ts'
import { parseProperties, requireType } from './resource.ts'

/** Begins to make a resource. Throws TypeNotFoundException, UnsupportedActionException, ValidationException, ClientTokenConflictException. */
export const CreateResource = longRunning(async (scope: CloudControl, input: Input<'CreateResource'>): Promise<Output<'CreateResource'>> => {
  const earlier = await repeated(scope, input)
  if (earlier) return { ProgressEvent: progress(earlier) }
  const type = await requireType(scope, input.TypeName!, 'CREATE')
  const desired = parseProperties(type, input.DesiredState!)
  const identity = identityOf(type, Object.fromEntries(identifierMembers(type).map(member => [member, desired[member]])))
  return {
    ProgressEvent: await begin(scope, input, {
      type: input.TypeName!, operation: 'CREATE', desired, ...identity && { identifier: identifierText(type, identity) }
    }),
  }
})
