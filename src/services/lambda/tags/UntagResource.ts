import { changing, functionRow } from '../functions/function.ts'
import { functionName } from '../names.ts'
import type { Input, Lambda, Output } from '../state.ts'

/** Removes tags from a function. */
export async function UntagResource(lambda: Lambda, input: Input<'UntagResource'>): Promise<Output<'UntagResource'>> {
  const { name } = functionName(lambda, input.Resource)
  return changing(lambda, name, async scope => {
    const row = await functionRow(scope, name)
    await scope.tables.functions.put({ ...row, tags: Object.fromEntries(Object.entries(row.tags).filter(([key]) => !input.TagKeys!.includes(key))) })
    return {}
  })
}
