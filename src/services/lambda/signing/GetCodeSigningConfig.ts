import type { Input, Lambda, Output } from '../state.ts'
import { configNamed, configOutput } from './config.ts'

/** A code signing configuration by its ARN. */
export async function GetCodeSigningConfig(lambda: Lambda, input: Input<'GetCodeSigningConfig'>): Promise<Output<'GetCodeSigningConfig'>> {
  return { CodeSigningConfig: configOutput(lambda, await configNamed(lambda, input.CodeSigningConfigArn)) }
}
