import { functionName } from '../names.ts'
import type { Input, Lambda, Output } from '../state.ts'
import { functionRow, resolve } from './function.ts'
import { fullConfiguration } from './shown.ts'

/** The configuration, the tags, and a URL of the code. The URL is good for ten minutes. */
export async function GetFunction(lambda: Lambda, input: Input<'GetFunction'>): Promise<Output<'GetFunction'>> {
  const { name, qualifier } = functionName(lambda, input.FunctionName, input.Qualifier)
  const fn = await functionRow(lambda, name, qualifier)
  const { row } = await resolve(lambda, name, qualifier)
  return {
    Configuration: await fullConfiguration(lambda, row, qualifier),
    Code: { RepositoryType: 'S3', Location: `${lambda.config.endpoint}${lambda.state.locations.sign(row.codeBlob, lambda.now())}` },
    ...Object.keys(fn.tags).length > 0 && { Tags: fn.tags },
    ...fn.reservedConcurrency !== undefined && { Concurrency: { ReservedConcurrentExecutions: fn.reservedConcurrency } },
  }
}
