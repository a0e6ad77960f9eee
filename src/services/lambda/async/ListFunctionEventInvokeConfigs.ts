import { functionRow } from '../functions/function.ts'
import { limitOf, marker, page } from '../functions/page.ts'
import { functionName } from '../names.ts'
import type { Input, Lambda, Output } from '../state.ts'
import { configOutput } from './config.ts'

/** The configurations of a function's versions and aliases. */
export async function ListFunctionEventInvokeConfigs(
  lambda: Lambda, input: Input<'ListFunctionEventInvokeConfigs'>
): Promise<Output<'ListFunctionEventInvokeConfigs'>> {
  const { name } = functionName(lambda, input.FunctionName)
  const after = String(marker(input.Marker) ?? '')
  const configs = Object.entries((await functionRow(lambda, name)).eventInvoke).filter(([qualifier]) => qualifier > after).sort(([a], [b]) => a < b ? -1 : 1)
  const { rows, NextMarker } = page(configs, limitOf(input.MaxItems), ([qualifier]) => qualifier)
  return { FunctionEventInvokeConfigs: rows.map(([qualifier, config]) => configOutput(lambda, name, qualifier, config)), ...NextMarker && { NextMarker } }
}
