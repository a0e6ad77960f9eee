import { functionRow } from '../functions/function.ts'
import { functionName } from '../names.ts'
import type { Input, Lambda, Output } from '../state.ts'

/** The tags of a function. */
export async function ListTags(lambda: Lambda, input: Input<'ListTags'>): Promise<Output<'ListTags'>> {
  return { Tags: (await functionRow(lambda, functionName(lambda, input.Resource).name)).tags }
}
