import type { Input, Lambda, Output } from '../state.ts'
import { managedVersion, managementOutput } from './runtime-version.ts'

/** When the runtime of a version changes. */
export async function GetRuntimeManagementConfig(
  lambda: Lambda, input: Input<'GetRuntimeManagementConfig'>
): Promise<Output<'GetRuntimeManagementConfig'>> {
  return managementOutput(lambda, await managedVersion(lambda, input))
}
