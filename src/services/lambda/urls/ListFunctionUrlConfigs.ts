import { functionRow } from '../functions/function.ts'
import { limitOf, marker, page } from '../functions/page.ts'
import { functionName } from '../names.ts'
import type { Input, Lambda, Output } from '../state.ts'
import { urlOutput } from './url.ts'

/** The URLs of a function and of its aliases. */
export async function ListFunctionUrlConfigs(lambda: Lambda, input: Input<'ListFunctionUrlConfigs'>): Promise<Output<'ListFunctionUrlConfigs'>> {
  const { name } = functionName(lambda, input.FunctionName)
  const after = String(marker(input.Marker) ?? '')
  const urls = Object.entries((await functionRow(lambda, name)).urls).filter(([qualifier]) => qualifier > after).sort(([a], [b]) => a < b ? -1 : 1)
  const { rows, NextMarker } = page(urls, limitOf(input.MaxItems), ([qualifier]) => qualifier)
  return { FunctionUrlConfigs: rows.map(([qualifier, url]) => urlOutput(lambda, name, qualifier, url)) as any, ...NextMarker && { NextMarker } }
}
