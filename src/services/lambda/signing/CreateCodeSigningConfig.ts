import { newCode } from '../../../platform/ids.ts'
import { tagProblem } from '../../../platform/tags.ts'
import { lambdaTime } from '../functions/function.ts'
import type { Input, Lambda, Output } from '../state.ts'
import { InvalidParameterValueException, ServiceQuotaExceededException } from '../state.ts'
import { configOutput, settingsOf } from './config.ts'

const configsMax = 100

/** Makes a code signing configuration: whose signatures functions that have it accept, and what becomes of other code. */
export async function CreateCodeSigningConfig(lambda: Lambda, input: Input<'CreateCodeSigningConfig'>): Promise<Output<'CreateCodeSigningConfig'>> {
  const tags = input.Tags ?? {}
  const problem = tagProblem(tags)
  if (problem) throw new InvalidParameterValueException(problem)
  if ((await lambda.tables.codeSigning.list()).length >= configsMax) {
    throw new ServiceQuotaExceededException(`The maximum number of code signing configurations (${configsMax}) has been reached.`)
  }
  const row = { id: `csc-${newCode(17)}`, ...settingsOf(input), tags, lastModified: lambdaTime(lambda.now()) }
  await lambda.tables.codeSigning.put(row)
  return { CodeSigningConfig: configOutput(lambda, row) }
}
