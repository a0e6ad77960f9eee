import type { Input, Lambda, Output } from '../state.ts'
import { ResourceConflictException } from '../state.ts'
import { configNamed, functionsWith } from './config.ts'

/** Deletes a code signing configuration that no function has. */
export async function DeleteCodeSigningConfig(lambda: Lambda, input: Input<'DeleteCodeSigningConfig'>): Promise<Output<'DeleteCodeSigningConfig'>> {
  const { id } = await configNamed(lambda, input.CodeSigningConfigArn)
  if ((await functionsWith(lambda, input.CodeSigningConfigArn!)).length > 0) {
    throw new ResourceConflictException('The code signing configuration cannot be deleted because it is being used by one or more functions.')
  }
  await lambda.tables.codeSigning.delete(id)
  return {}
}
