import type { PropertyTypes } from '../properties.ts'

export const functionTypes: PropertyTypes = {
  FunctionName: 'str|map', Handler: 'any', Runtime: 'any', CodeUri: 'any', ImageUri: 'any', PackageType: 'any', InlineCode: 'any', DeadLetterQueue: 'map',
  Description: 'any',
  MemorySize: 'any', Timeout: 'any', VpcConfig: 'any', Role: 'str', AssumeRolePolicyDocument: 'map', Policies: 'str|map|[str|map]', RolePath: 'any',
  PermissionsBoundary: 'str',
  Environment: '{map}', Events: '{map}', Tags: 'map', PropagateTags: 'bool', Tracing: 'map|str', KmsKeyArn: 'any', DeploymentPreference: 'map',
  ReservedConcurrentExecutions: 'any',
  Layers: '[str|map]', EventInvokeConfig: 'map', EphemeralStorage: 'any', AutoPublishAlias: '(str)', AutoPublishCodeSha256: '(str)',
  AutoPublishAliasAllProperties: 'bool=',
  VersionDescription: 'any', ProvisionedConcurrencyConfig: 'any', FileSystemConfigs: 'any', ImageConfig: 'any', CodeSigningConfigArn: 'any',
  Architectures: 'any', SnapStart: 'map',
  FunctionUrlConfig: 'map', RuntimeManagementConfig: 'any', LoggingConfig: 'any', RecursiveLoop: 'any', SourceKMSKeyArn: 'any', CapacityProviderConfig: 'map',
  FunctionScalingConfig: 'map', VersionDeletionPolicy: 'Delete/Retain', PublishToLatestPublished: 'any', TenancyConfig: 'any', DurableConfig: 'map',
}

/** Properties that go to the Lambda function as they are. */
export const passedThrough = [
  'Handler', 'Runtime', 'Description', 'MemorySize', 'Timeout', 'VpcConfig', 'Role', 'Environment', 'KmsKeyArn', 'ReservedConcurrentExecutions', 'Layers',
  'FileSystemConfigs',
  'ImageConfig', 'PackageType', 'Architectures', 'SnapStart', 'EphemeralStorage', 'CodeSigningConfigArn', 'RuntimeManagementConfig', 'LoggingConfig',
  'TenancyConfig',
  'RecursiveLoop', 'DurableConfig', 'PublishToLatestPublished',
]
