import type { Input, Lambda, Output } from '../state.ts'
import { urlNamed, urlOutput } from './url.ts'

/** The URL of a function or an alias. */
export async function GetFunctionUrlConfig(lambda: Lambda, input: Input<'GetFunctionUrlConfig'>): Promise<Output<'GetFunctionUrlConfig'>> {
  const { name, qualifier, url } = await urlNamed(lambda, input)
  return urlOutput(lambda, name, qualifier, url)
}
