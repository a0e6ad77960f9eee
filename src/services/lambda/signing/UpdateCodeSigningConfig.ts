import { lambdaTime } from '../functions/function.ts'
import type { Input, Lambda, Output } from '../state.ts'
import { configNamed, configOutput, settingsOf } from './config.ts'

/** Changes what the request names of a code signing configuration; it counts from the next deployment of each function on. */
export async function UpdateCodeSigningConfig(lambda: Lambda, input: Input<'UpdateCodeSigningConfig'>): Promise<Output<'UpdateCodeSigningConfig'>> {
  const before = await configNamed(lambda, input.CodeSigningConfigArn)
  const row = { ...before, ...settingsOf(input, before), lastModified: lambdaTime(lambda.now()) }
  await lambda.tables.codeSigning.put(row)
  return { CodeSigningConfig: configOutput(lambda, row) }
}
