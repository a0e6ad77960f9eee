import { newCode } from '../../../platform/ids.ts'
import { functionRow } from '../functions/function.ts'
import { functionArn, functionName } from '../names.ts'
import type { FunctionRow, Input, Lambda, Output, UrlConfig } from '../state.ts'
import { ResourceNotFoundException } from '../state.ts'

const idAlphabet = 'abcdefghijklmnopqrstuvwxyz234567'

/** The id of a URL, as long as AWS's. */
export const newUrlId = (): string => newCode(32, idAlphabet)

export const urlDomain = (lambda: Pick<Lambda, 'region'>, id: string): string => `${id}.lambda-url.${lambda.region}.localhost`

/** The configuration as the API shows it. The address is one that works here. */
export const urlOutput = (lambda: Lambda, name: string, qualifier: string, url: UrlConfig): Output<'GetFunctionUrlConfig'> => ({
  FunctionUrl: `http://${urlDomain(lambda, url.id)}:${lambda.config.port}/`,
  FunctionArn: functionArn(lambda, name, qualifier === '$LATEST' ? undefined : qualifier),
  AuthType: url.authType, InvokeMode: url.invokeMode, CreationTime: url.creationTime, LastModifiedTime: url.lastModifiedTime, ...url.cors && { Cors: url.cors },
})

export interface NamedUrl { name: string, qualifier: string, fn: FunctionRow, url: UrlConfig }

/** The URL of a function or an alias; ResourceNotFoundException where it has none. */
export async function urlNamed(lambda: Lambda, input: { FunctionName: string | undefined, Qualifier?: string | undefined }): Promise<NamedUrl> {
  const { name, qualifier = '$LATEST' } = functionName(lambda, input.FunctionName, input.Qualifier)
  const fn = await functionRow(lambda, name, qualifier)
  const url = fn.urls[qualifier]
  if (!url) throw new ResourceNotFoundException('The resource you requested does not exist.')
  return { name, qualifier, fn, url }
}

/** What a request says of cross-origin calls; an empty configuration is none. */
export const corsOf = (given: Input<'CreateFunctionUrlConfig'>['Cors']): Pick<UrlConfig, 'cors'> => {
  const set = Object.entries(given ?? {}).filter(([, value]) => value !== undefined)
  return set.length > 0 ? { cors: Object.fromEntries(set) } : {}
}
