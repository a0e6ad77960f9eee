import { ParameterNotFound, type Input, type Output, type Ssm } from '../state.ts'
import { selected } from './names.ts'
import { findVersion, parameterView } from './parameter.ts'

/** A parameter, or with `:3` or `:label` a version of it. */
export async function GetParameter(ssm: Ssm, input: Input<'GetParameter'>): Promise<Output<'GetParameter'>> {
  const row = await findVersion(ssm, input.Name!)
  if (!row) throw new ParameterNotFound('')
  return { Parameter: await parameterView(ssm, row, input.WithDecryption, selected(input.Name!).selector) }
}
