import type { Input, Output, Ssm } from '../state.ts'
import { removeParameter } from './DeleteParameter.ts'
import { selected } from './names.ts'

/** Deletes up to ten parameters; names that lead nowhere are told apart. */
export async function DeleteParameters(ssm: Ssm, input: Input<'DeleteParameters'>): Promise<Output<'DeleteParameters'>> {
  const DeletedParameters: string[] = []
  const InvalidParameters: string[] = []
  for (const text of new Set(input.Names)) {
    const { name } = selected(text)
    if (!await ssm.tables.parameters.get(name)) {
      InvalidParameters.push(text)
      continue
    }
    await removeParameter(ssm, name)
    DeletedParameters.push(text)
  }
  return { DeletedParameters, InvalidParameters }
}
