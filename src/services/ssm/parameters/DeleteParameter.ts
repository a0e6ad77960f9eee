import type { Input, Output, Ssm } from '../state.ts'
import { parameterNamed } from './parameter.ts'

/** Deletes a parameter with all its versions. */
export async function DeleteParameter(ssm: Ssm, input: Input<'DeleteParameter'>): Promise<Output<'DeleteParameter'>> {
  await removeParameter(ssm, (await parameterNamed(ssm, input.Name!)).name)
  return {}
}

export async function removeParameter(ssm: Ssm, name: string): Promise<void> {
  for (const { version } of await ssm.tables.versions.list({ prefix: [name] })) await ssm.tables.versions.delete(name, version)
  await ssm.tables.parameters.delete(name)
}
