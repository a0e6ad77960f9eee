import { measure } from '../metrics.ts'
import type { Lambda } from '../state.ts'
import { CodeVerificationFailedException } from '../state.ts'
import { configForFunction } from './config.ts'

/**
 * What a function's code signing configuration says to code that is deployed, its zip (`artifact` is the function's name) or its layers. There is no AWS Signer
 * here, and how it signs a zip is not published, so that no signature can be verified: all code counts as unsigned. Enforce refuses it; Warn lets it through
 * and counts SignatureValidationErrors.
 */
export async function checkSigned(lambda: Lambda, name: string, configArn: string | undefined, artifacts: string[]): Promise<void> {
  if (configArn === undefined || artifacts.length === 0) return
  const { policy } = await configForFunction(lambda, configArn)
  measure(lambda, { name }, 'SignatureValidationErrors', artifacts.length)
  if (policy === 'Enforce') {
    throw new CodeVerificationFailedException('Lambda cannot deploy the function. The function or layer might be signed using a signature that the client is '
      + `not configured to accept. Check the provided signature for ${artifacts.join(', ')}. (Fogbank has no AWS Signer: no signature can be verified here.)`)
  }
  lambda.log.warn('Code that is not signed was deployed to a function with a code signing configuration', { function: name, artifacts })
}
