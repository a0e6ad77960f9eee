import { strToU8, zipSync } from 'fflate'
import type { Created, ResourceContext, ResourceType } from '../../platform/resource-type.ts'
import { standingFunctions } from './cloudformation-standing.ts'
import { codeSigningConfig } from './signing/cloudformation.ts'
import { defaults, setBeside, setSigning, settings } from './functions/cloudformation.ts'
import { durableChange, durableInput } from './durable/cloudformation.ts'
import { functionUrl } from './urls/cloudformation.ts'
import { eventSourceMapping } from './mappings/cloudformation.ts'
import { changeTags, tagsOf } from './tags/cloudformation.ts'
import { alias, gone, version } from './versions/cloudformation.ts'
import { standingInvokeConfigs } from './async/cloudformation-standing.ts'
import { standingLayerVersions } from './layers/cloudformation-standing.ts'
import { standingLayerPermissions, standingPermissions } from './permissions/cloudformation-standing.ts'

interface FunctionProperties extends Record<string, any> {
  FunctionName?: string
  Code: { ZipFile?: string, S3Bucket?: string, S3Key?: string, S3ObjectVersion?: string, ImageUri?: string }
}

/** Inline code is the text of one file: index.py of a Python function, index.js of any other. AWS refuses it for the compiled runtimes. */
function codeOf({ Code: { ZipFile, ...code }, Runtime = '' }: FunctionProperties) {
  if (ZipFile === undefined) return code
  if (!/^(?:nodejs|python)/.test(Runtime)) {
    throw new Error(
      `Inline code is for Node and Python functions, not for ${Runtime || 'a function without a runtime'}: name the code with S3Bucket and S3Key.`
    )
  }
  return { ZipFile: zipSync({ [Runtime.startsWith('python') ? 'index.py' : 'index.js']: strToU8(ZipFile) }, { mtime: '1980-01-01' }) }
}

const created = (resource: ResourceContext, id: string, snapStart?: { ApplyOn?: string }): Created => {
  // Of $LATEST, which has no snapshot.
  const SnapStartResponse = { ApplyOn: snapStart?.ApplyOn ?? 'None', OptimizationStatus: 'Off' }
  return { id, attributes: {
    Arn: `arn:${resource.partition}:lambda:${resource.region}:${resource.account}:function:${id}`, SnapStartResponse,
    'SnapStartResponse.ApplyOn': SnapStartResponse.ApplyOn, 'SnapStartResponse.OptimizationStatus': SnapStartResponse.OptimizationStatus,
  } }
}

const lambdaFunction: ResourceType<FunctionProperties> = {
  ...standingFunctions,
  attributes: async (resource, id) => created(resource, id, (await resource.aws.lambda.GetFunctionConfiguration({ FunctionName: id })).SnapStart).attributes!,
  properties: {
    Code: 'required', Role: 'required', FunctionName: 'optional', Runtime: 'optional', Handler: 'optional', Description: 'optional', Timeout: 'optional',
    MemorySize: 'optional',
    Environment: 'optional', KmsKeyArn: 'optional', EphemeralStorage: 'optional', TracingConfig: 'optional', LoggingConfig: 'optional', Layers: 'optional',
      Architectures: 'optional',
    PackageType: 'optional',
    Tags: 'optional', DeadLetterConfig: 'optional', DurableConfig: 'optional', ReservedConcurrentExecutions: 'optional', CodeSigningConfigArn: 'optional',
    FileSystemConfigs: 'optional',
    RecursiveLoop: 'optional', RuntimeManagementConfig: 'optional', SnapStart: 'optional', TenancyConfig: 'optional', VpcConfig: 'optional',
  },
  createOnly: ['FunctionName', 'PackageType', 'TenancyConfig'],
  async create(resource, properties) {
    const name = properties.FunctionName ?? resource.generatedName(64)
    const input = {
      ...settings(properties), ...durableInput(properties), FunctionName: name, Code: codeOf(properties), Architectures: properties.Architectures,
      PackageType: properties.PackageType, Tags: tagsOf(resource, properties.Tags), CodeSigningConfigArn: properties.CodeSigningConfigArn,
      TenancyConfig: properties.TenancyConfig,
    }
    await resource.aws.lambda.CreateFunction(input as any)
    await setBeside(resource, name, properties).catch(async error => {
      // Nobody knows of the function yet: the roll-back would leave it.
      await resource.aws.lambda.DeleteFunction({ FunctionName: name })
      throw error
    })
    return created(resource, name, properties.SnapStart)
  },
  async update(resource, id, properties, previous) {
    if (previous.DurableConfig && !properties.DurableConfig) throw new Error('A durable function cannot be made one that is not durable: give it another name.')
    await setSigning(resource, id, properties, previous)
    const dropped = Object.fromEntries(Object.entries(defaults).filter(([name]) => name in previous && !(name in properties)))
    const changed = { ...settings({ ...dropped, ...properties }), ...durableChange(properties, previous) }
    await resource.aws.lambda.UpdateFunctionConfiguration({ ...changed, FunctionName: id } as any)
    if (JSON.stringify([properties.Code, properties.Architectures]) !== JSON.stringify([previous.Code, previous.Architectures])) {
      await resource.aws.lambda.UpdateFunctionCode({ FunctionName: id, ...codeOf(properties), Architectures: properties.Architectures } as any)
    }
    await setBeside(resource, id, properties, previous)
    const arn = String(created(resource, id).attributes!.Arn)
    await changeTags(resource, arn, properties.Tags, previous.Tags)
    return created(resource, id, properties.SnapStart)
  },
  delete: (resource, id) => gone(resource.aws.lambda.DeleteFunction({ FunctionName: id })),
}

const permission: ResourceType = {
  ...standingPermissions,
  properties: {
    FunctionName: 'required', Action: 'required', Principal: 'required', SourceArn: 'optional', SourceAccount: 'optional', FunctionUrlAuthType: 'optional',
    InvokedViaFunctionUrl: 'optional', EventSourceToken: 'optional', PrincipalOrgID: 'optional',
  },
  createOnly: [
    'FunctionName', 'Action', 'Principal', 'SourceArn', 'SourceAccount', 'FunctionUrlAuthType', 'InvokedViaFunctionUrl', 'EventSourceToken', 'PrincipalOrgID',
  ],
  async create(resource, properties) {
    const StatementId = resource.generatedName(100)
    const { InvokedViaFunctionUrl: viaUrl, ...rest } = properties
    await resource.aws.lambda.AddPermission({ ...rest, ...viaUrl !== undefined && { InvokedViaFunctionUrl: String(viaUrl) === 'true' }, StatementId } as any)
    return { id: StatementId, attributes: { Id: StatementId } }
  },
  delete: (resource, id, properties) => gone(resource.aws.lambda.RemovePermission({ FunctionName: properties.FunctionName, StatementId: id })),
}

const invokeConfig = ({ MaximumRetryAttempts: retries, MaximumEventAgeInSeconds: age, ...rest }: Record<string, any>) =>
  ({ ...rest, ...retries !== undefined && { MaximumRetryAttempts: Number(retries) }, ...age !== undefined && { MaximumEventAgeInSeconds: Number(age) } })

const putInvokeConfig = async (resource: ResourceContext, properties: Record<string, any>, id = `${properties.FunctionName}|${properties.Qualifier}`) => {
  await resource.aws.lambda.PutFunctionEventInvokeConfig(invokeConfig(properties) as any)
  return { id }
}

const eventInvokeConfig: ResourceType = {
  ...standingInvokeConfigs,
  properties: {
    FunctionName: 'required', Qualifier: 'required', DestinationConfig: 'optional', MaximumEventAgeInSeconds: 'optional', MaximumRetryAttempts: 'optional',
  },
  createOnly: ['FunctionName', 'Qualifier'],
  create: (resource, properties) => putInvokeConfig(resource, properties),
  update: (resource, id, properties) => putInvokeConfig(resource, properties, id),
  delete: (resource, _, { FunctionName, Qualifier }) => gone(resource.aws.lambda.DeleteFunctionEventInvokeConfig({ FunctionName, Qualifier })),
}

const layerVersion: ResourceType = {
  ...standingLayerVersions,
  properties: {
    Content: 'required', LayerName: 'optional', Description: 'optional', LicenseInfo: 'optional', CompatibleRuntimes: 'optional',
    CompatibleArchitectures: 'optional',
  },
  createOnly: ['Content', 'LayerName', 'Description', 'LicenseInfo', 'CompatibleRuntimes', 'CompatibleArchitectures'],
  async create(resource, { Content, LayerName = resource.generatedName(140), ...rest }) {
    const made = await resource.aws.lambda.PublishLayerVersion({ ...rest, LayerName, Content } as any)
    return { id: made.LayerVersionArn!, attributes: { LayerVersionArn: made.LayerVersionArn } }
  },
  delete: (resource, id) => gone(resource.aws.lambda.DeleteLayerVersion(layerNames(id))),
}

const layerNames = (arn: string) => ({ LayerName: arn.slice(0, arn.lastIndexOf(':')), VersionNumber: Number(arn.slice(arn.lastIndexOf(':') + 1)) })

const layerVersionPermission: ResourceType = {
  ...standingLayerPermissions,
  properties: { LayerVersionArn: 'required', Action: 'required', Principal: 'required', OrganizationId: 'optional' },
  createOnly: ['LayerVersionArn', 'Action', 'Principal', 'OrganizationId'],
  async create(resource, { LayerVersionArn, ...rest }) {
    const StatementId = resource.generatedName(100)
    await resource.aws.lambda.AddLayerVersionPermission({ ...rest, ...layerNames(LayerVersionArn), StatementId } as any)
    const Id = `${LayerVersionArn}#${StatementId}`
    return { id: Id, attributes: { Id } }
  },
  delete: (resource, id) => gone(resource.aws.lambda.RemoveLayerVersionPermission({ ...layerNames(id.split('#')[0]!), StatementId: id.split('#')[1] })),
}

export const resourceTypes: Record<string, ResourceType<any>> = {
  'AWS::Lambda::LayerVersion': layerVersion, 'AWS::Lambda::LayerVersionPermission': layerVersionPermission,
  'AWS::Lambda::CodeSigningConfig': codeSigningConfig, 'AWS::Lambda::EventInvokeConfig': eventInvokeConfig,
  'AWS::Lambda::EventSourceMapping': eventSourceMapping, 'AWS::Lambda::Url': functionUrl,
  'AWS::Lambda::Function': lambdaFunction, 'AWS::Lambda::Version': version, 'AWS::Lambda::Alias': alias, 'AWS::Lambda::Permission': permission,
}
