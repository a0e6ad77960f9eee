import { ParameterVersionNotFound, type Input, type Output, type Ssm } from '../state.ts'
import { selected } from './names.ts'
import { findVersion, parameterView } from './parameter.ts'

/** Up to ten parameters; names that lead nowhere are told apart. */
export async function GetParameters(ssm: Ssm, input: Input<'GetParameters'>): Promise<Output<'GetParameters'>> {
  const Parameters = []
  const InvalidParameters: string[] = []
  for (const name of new Set(input.Names)) {
    const row = await findVersion(ssm, name).catch(error => {
      if (!(error instanceof ParameterVersionNotFound)) throw error
      return undefined
    })
    if (row) Parameters.push(await parameterView(ssm, row, input.WithDecryption, selected(name).selector))
    else InvalidParameters.push(name)
  }
  return { Parameters, InvalidParameters }
}
