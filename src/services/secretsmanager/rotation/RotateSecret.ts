import { AwsError } from '../../../platform/errors.ts'
import {
  AccessDeniedException, InvalidParameterException, InvalidRequestException, ResourceNotFoundException, type Input, type Output, type RotationRules,
  type SecretRow, type SecretsManager,
} from '../state.ts'
import { secretAt, versionsOf, withStage } from '../secrets/secret.ts'
import { checkToken } from '../values/value.ts'
import { beginRotation, unfinished } from './rotate.ts'
import { checkRules, scheduleNext } from './schedule.ts'

/** Turns rotation on and begins one, unless it shall wait for its window. Asynchronous: the function's steps follow. */
export async function RotateSecret(scope: SecretsManager, input: Input<'RotateSecret'>): Promise<Output<'RotateSecret'>> {
  const { ClientRequestToken: token } = input
  checkToken(token)
  if (input.ExternalSecretRotationMetadata !== undefined || input.ExternalSecretRotationRoleArn !== undefined) {
    throw new InvalidParameterException('The rotation of partners\' secrets is not supported by Fogbank.')
  }
  const { at, row } = await secretAt(scope, input.SecretId!)
  const lambdaArn = input.RotationLambdaARN ?? row.rotation?.lambdaArn
  if (!lambdaArn) {
    throw new InvalidRequestException("You tried to enable rotation on a secret that doesn't already have a Lambda function ARN configured "
      + "and you didn't include such an ARN as a parameter in this call.")
  }
  const rules = (input.RotationRules as RotationRules | undefined) ?? row.rotation?.rules
  if (rules) checkRules(rules)
  await checkFunction(scope, at, row, lambdaArn)
  const versions = await versionsOf(at, row)
  if (!withStage(versions, 'AWSCURRENT')) {
    throw new ResourceNotFoundException("Secrets Manager can't find the specified secret value for staging label: AWSCURRENT")
  }
  const begun = unfinished(versions)
  const rotating: SecretRow = { ...row, changedMs: at.now(), rotation: { ...row.rotation, enabled: true, lambdaArn, ...rules && { rules } } }
  // What a rotation that was cancelled has left pending gives its label to the new one.
  if (begun && begun.id !== token && input.RotateImmediately !== false && row.rotation?.enabled) {
    throw new InvalidRequestException("A previous rotation isn't complete. That rotation will be reattempted.")
  }
  await at.tables.secrets.put(scheduleNext(at, rotating))
  if (input.RotateImmediately === false) at.enqueue('rotationTest', { name: row.name, arn: row.arn, token, principal: scope.principal })
  else await beginRotation(at, rotating, token)
  return { ARN: row.arn, Name: row.name, ...input.RotateImmediately !== false && { VersionId: token } }
}

/** The caller may invoke the function, and so may Secrets Manager. */
async function checkFunction(scope: SecretsManager, at: SecretsManager, row: SecretRow, lambdaArn: string): Promise<void> {
  await scope.authorize({ action: 'lambda:InvokeFunction', resource: lambdaArn })
  const { lambda } = at.as({ service: 'secretsmanager.amazonaws.com', sourceArn: row.arn })
  await lambda.Invoke({ FunctionName: lambdaArn, InvocationType: 'DryRun' }).catch(error => {
    if (!(error instanceof AwsError) || error.status >= 500) throw error
    throw new AccessDeniedException('Secrets Manager cannot invoke the specified Lambda function. '
      + 'Ensure that the function policy grants access to the principal secretsmanager.amazonaws.com.')
  })
}
