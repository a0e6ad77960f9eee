import type { Conditions } from '../../platform/service.ts'
import { arnToAuthorize, findSecret } from './secrets/secret.ts'
import { secretArn, type SecretsManager } from './state.ts'

interface Named { SecretId?: string | undefined }

const rowOf = async (scope: SecretsManager, { SecretId }: Named) => SecretId === undefined ? undefined : (await findSecret(scope, SecretId))?.row

/** The rule of an operation on a secret; `more` are its own condition keys (docs.aws.amazon.com/service-authorization, "AWS Secrets Manager"). */
export const onSecret = <I extends Named>(more: (input: I) => Conditions = () => ({})) => ({
  resource: (scope: SecretsManager, input: I) => arnToAuthorize(scope, input.SecretId),
  resourceTags: async (scope: SecretsManager, input: I) => (await rowOf(scope, input))?.tags,
  resourcePolicy: async (scope: SecretsManager, input: I) => (await rowOf(scope, input))?.policy,
  async conditions(scope: SecretsManager, input: I): Promise<Conditions> {
    const row = await rowOf(scope, input)
    return {
      'secretsmanager:SecretId': row?.arn ?? input.SecretId, 'secretsmanager:resource/AllowRotationLambdaArn': row?.rotation?.lambdaArn,
      'secretsmanager:SecretPrimaryRegion': row && scope.region, ...more(input),
    }
  },
})

/** The rule of CreateSecret: the secret has no ARN yet, its name is known. */
export const onNewSecret = {
  resource: (scope: SecretsManager, input: { Name: string | undefined }) => secretArn(scope, `${input.Name ?? '*'}-??????`),
  conditions: (_: SecretsManager, input: { Name: string | undefined, Description?: string | undefined, KmsKeyId?: string | undefined }) => ({
    'secretsmanager:Name': input.Name, 'secretsmanager:Description': input.Description, 'secretsmanager:KmsKeyId': input.KmsKeyId,
  }),
}
