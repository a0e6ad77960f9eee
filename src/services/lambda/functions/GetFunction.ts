import { functionName } from '../names.ts'
import type { Input, Lambda, Output } from '../state.ts'
import { configuration, functionRow, resolve } from './function.ts'

/** The configuration, the tags, and a URL of the code. The blob's 256-bit name in the URL is its secret, as a signature is in AWS's. */
export async function GetFunction(lambda: Lambda, input: Input<'GetFunction'>): Promise<Output<'GetFunction'>> {
  const { name, qualifier } = functionName(lambda, input.FunctionName, input.Qualifier)
  const fn = await functionRow(lambda, name, qualifier)
  const { row } = await resolve(lambda, name, qualifier)
  return {
    Configuration: configuration(lambda, row, qualifier),
    Code: { RepositoryType: 'S3', Location: `${lambda.config.endpoint}/_fogbank/lambda/code/${row.codeBlob}` },
    ...Object.keys(fn.tags).length > 0 && { Tags: fn.tags },
    ...fn.reservedConcurrency !== undefined && { Concurrency: { ReservedConcurrentExecutions: fn.reservedConcurrency } },
  }
}
