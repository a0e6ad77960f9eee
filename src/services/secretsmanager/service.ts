import type { SecretsManager as Client } from '@aws-sdk/client-secrets-manager'
import { service } from '../../platform/service.ts'
import { onNewSecret, onSecret } from './authorization.ts'
import { resourceTypes } from './cloudformation.ts'
import { DeleteResourcePolicy } from './policies/DeleteResourcePolicy.ts'
import { GetResourcePolicy } from './policies/GetResourcePolicy.ts'
import { PutResourcePolicy } from './policies/PutResourcePolicy.ts'
import { ValidateResourcePolicy } from './policies/ValidateResourcePolicy.ts'
import { CancelRotateSecret } from './rotation/CancelRotateSecret.ts'
import { rotateOnSchedule, rotation, rotationTest } from './rotation/rotate.ts'
import { RotateSecret } from './rotation/RotateSecret.ts'
import { CreateSecret } from './secrets/CreateSecret.ts'
import { DeleteSecret, purge } from './secrets/DeleteSecret.ts'
import { DescribeSecret } from './secrets/DescribeSecret.ts'
import { ListSecrets } from './secrets/ListSecrets.ts'
import { RestoreSecret } from './secrets/RestoreSecret.ts'
import { UpdateSecret } from './secrets/UpdateSecret.ts'
import { tables, type Input, type SecretsManager } from './state.ts'
import { TagResource } from './tags/TagResource.ts'
import { UntagResource } from './tags/UntagResource.ts'
import { BatchGetSecretValue } from './values/BatchGetSecretValue.ts'
import { GetRandomPassword } from './values/GetRandomPassword.ts'
import { GetSecretValue } from './values/GetSecretValue.ts'
import { ListSecretVersionIds } from './values/ListSecretVersionIds.ts'
import { PutSecretValue } from './values/PutSecretValue.ts'
import { UpdateSecretVersionStage } from './values/UpdateSecretVersionStage.ts'

export const secretsmanager = service<Client, SecretsManager>({
  name: 'secretsmanager',
  billing: 'AWSSecretsManager',
  tables,
  tasks: { purge, rotateOnSchedule, rotation, rotationTest },
  operations: {
    BatchGetSecretValue, CancelRotateSecret, CreateSecret, DeleteResourcePolicy, DeleteSecret, DescribeSecret, GetRandomPassword, GetResourcePolicy,
    GetSecretValue, ListSecretVersionIds, ListSecrets, PutResourcePolicy, PutSecretValue, RestoreSecret, RotateSecret, TagResource, UntagResource, UpdateSecret,
    UpdateSecretVersionStage, ValidateResourcePolicy,
  },
  authorization: {
    // Each secret is asked for by itself: see the operation.
    BatchGetSecretValue: { resource: '*' },
    CancelRotateSecret: onSecret(),
    CreateSecret: onNewSecret,
    DeleteResourcePolicy: onSecret(),
    DeleteSecret: onSecret((input: Input<'DeleteSecret'>) => ({
      'secretsmanager:RecoveryWindowInDays': input.RecoveryWindowInDays, 'secretsmanager:ForceDeleteWithoutRecovery': input.ForceDeleteWithoutRecovery,
    })),
    DescribeSecret: onSecret(),
    GetRandomPassword: { resource: '*' },
    GetResourcePolicy: onSecret(),
    GetSecretValue: onSecret((input: Input<'GetSecretValue'>) => ({
      'secretsmanager:VersionId': input.VersionId,
      'secretsmanager:VersionStage': input.VersionStage ?? (input.VersionId === undefined ? 'AWSCURRENT' : undefined),
    })),
    ListSecretVersionIds: onSecret(),
    ListSecrets: { resource: '*' },
    PutResourcePolicy: onSecret((input: Input<'PutResourcePolicy'>) => ({ 'secretsmanager:BlockPublicPolicy': input.BlockPublicPolicy })),
    PutSecretValue: onSecret(),
    RestoreSecret: onSecret(),
    RotateSecret: onSecret((input: Input<'RotateSecret'>) => ({
      'secretsmanager:RotationLambdaARN': input.RotationLambdaARN, 'secretsmanager:RotateImmediately': input.RotateImmediately,
      'secretsmanager:ModifyRotationRules': input.RotationRules !== undefined,
    })),
    TagResource: onSecret(),
    UntagResource: onSecret(),
    UpdateSecret: onSecret((input: Input<'UpdateSecret'>) => ({ 'secretsmanager:Description': input.Description, 'secretsmanager:KmsKeyId': input.KmsKeyId })),
    UpdateSecretVersionStage: onSecret((input: Input<'UpdateSecretVersionStage'>) => ({ 'secretsmanager:VersionStage': input.VersionStage })),
    ValidateResourcePolicy: onSecret(),
  },
  resourceTypes,
})
