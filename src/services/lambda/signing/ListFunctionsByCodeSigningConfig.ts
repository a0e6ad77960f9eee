import { limitOf, marker, page } from '../functions/page.ts'
import type { Input, Lambda, Output } from '../state.ts'
import { configNamed, functionsWith } from './config.ts'

/** ARNs of the functions that have a code signing configuration. */
export async function ListFunctionsByCodeSigningConfig(
  lambda: Lambda, input: Input<'ListFunctionsByCodeSigningConfig'>
): Promise<Output<'ListFunctionsByCodeSigningConfig'>> {
  await configNamed(lambda, input.CodeSigningConfigArn)
  const arns = await functionsWith(lambda, input.CodeSigningConfigArn!, String(marker(input.Marker) ?? ''))
  const { rows, NextMarker } = page(arns, limitOf(input.MaxItems), arn => arn.slice(arn.lastIndexOf(':') + 1))
  return { FunctionArns: rows, ...NextMarker && { NextMarker } }
}
