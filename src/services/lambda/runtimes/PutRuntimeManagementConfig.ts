import { changing } from '../functions/function.ts'
import { functionName } from '../names.ts'
import type { Input, Lambda, Output } from '../state.ts'
import { InvalidParameterValueException } from '../state.ts'
import { managedVersion, managementOutput, runtimeVersionArn } from './runtime-version.ts'

/**
 * Sets when the runtime of a version changes. A host has one version of each runtime at a time, which Auto and FunctionUpdate both run on; with Manual
 * the function runs on the version that is named, and on no other.
 */
export async function PutRuntimeManagementConfig(
  lambda: Lambda, input: Input<'PutRuntimeManagementConfig'>
): Promise<Output<'PutRuntimeManagementConfig'>> {
  const updateRuntimeOn = input.UpdateRuntimeOn!
  const wanted = input.RuntimeVersionArn
  if (updateRuntimeOn === 'Manual' && wanted === undefined) {
    throw new InvalidParameterValueException('RuntimeVersionArn is required for the Manual update mode.')
  }
  if (updateRuntimeOn !== 'Manual' && wanted !== undefined) {
    throw new InvalidParameterValueException(`RuntimeVersionArn cannot be set for the ${updateRuntimeOn} update mode.`)
  }
  return changing(lambda, functionName(lambda, input.FunctionName).name, async scope => {
    const row = await managedVersion(scope, input)
    const have = await runtimeVersionArn(scope, row.runtime)
    if (wanted !== undefined && wanted !== have) {
      throw new InvalidParameterValueException(`The runtime version ${wanted} is not on this host, which has ${have} for ${row.runtime}.`)
    }
    const { runtimeManagement: _, ...others } = row
    const changed = {
      ...others, ...updateRuntimeOn !== 'Auto' && { runtimeManagement: { updateRuntimeOn, ...wanted !== undefined && { runtimeVersionArn: wanted } } },
    }
    await scope.tables.versions.put(changed)
    return managementOutput(scope, changed)
  }, true)
}
