import { tagProblem } from '../../../platform/tags.ts'
import { changing, functionRow } from '../functions/function.ts'
import { functionName } from '../names.ts'
import type { Input, Lambda, Output } from '../state.ts'
import { InvalidParameterValueException } from '../state.ts'

/** Adds tags to a function, or overwrites them. */
export async function TagResource(lambda: Lambda, input: Input<'TagResource'>): Promise<Output<'TagResource'>> {
  const { name } = functionName(lambda, input.Resource)
  return changing(lambda, name, async scope => {
    const row = await functionRow(scope, name)
    const problem = tagProblem(input.Tags!, row.tags)
    if (problem) throw new InvalidParameterValueException(problem)
    await scope.tables.functions.put({ ...row, tags: { ...row.tags, ...input.Tags } })
    return {}
  })
}
