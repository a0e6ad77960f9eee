import type { Created, ResourceContext, ResourceType } from '../../platform/resource-type.ts'

interface FunctionProperties extends Record<string, any> {
  FunctionName?: string
  Code: { ZipFile?: string, S3Bucket?: string, S3Key?: string, S3ObjectVersion?: string, ImageUri?: string }
}

/** Inline code is text of one file, index.js or index.py: a zip with one stored entry would need its own writer, so it is refused until that stands. */
function codeOf(code: FunctionProperties['Code']) {
  if (code.ZipFile !== undefined) throw new Error('Code.ZipFile (inline code) is not supported by this cloud yet: package the code and name it with S3Bucket and S3Key.')
  return code
}

const settings = ({ FunctionName: _n, Code: _c, Tags: _t, Architectures: _a, ...rest }: FunctionProperties) =>
  ({ ...rest, ...rest.Timeout !== undefined && { Timeout: Number(rest.Timeout) }, ...rest.MemorySize !== undefined && { MemorySize: Number(rest.MemorySize) } })

const tagsOf = (resource: ResourceContext, list: { Key: string, Value: string }[] = []): Record<string, string> =>
  ({ ...Object.fromEntries(Object.entries(resource.tags).filter(([key]) => !key.startsWith('aws:'))), ...Object.fromEntries(list.map(tag => [tag.Key, tag.Value])) })

const created = (resource: ResourceContext, id: string): Created =>
  ({ id, attributes: { Arn: `arn:${resource.partition}:lambda:${resource.region}:${resource.account}:function:${id}` } })

const lambdaFunction: ResourceType<FunctionProperties> = {
  properties: {
    Code: 'required', Role: 'required', FunctionName: 'optional', Runtime: 'optional', Handler: 'optional', Description: 'optional', Timeout: 'optional', MemorySize: 'optional',
    Environment: 'optional', EphemeralStorage: 'optional', TracingConfig: 'optional', LoggingConfig: 'optional', Layers: 'optional', Architectures: 'optional', PackageType: 'optional',
    Tags: 'optional',
  },
  createOnly: ['FunctionName', 'PackageType', 'Tags'],
  async create(resource, properties) {
    const name = properties.FunctionName ?? resource.generatedName(64)
    const input = { ...settings(properties), FunctionName: name, Code: codeOf(properties.Code), Architectures: properties.Architectures, Tags: tagsOf(resource, properties.Tags) }
    await resource.aws.lambda.CreateFunction(input as any)
    return created(resource, name)
  },
  async update(resource, id, properties, previous) {
    const { PackageType: _, ...changed } = settings(properties) as Record<string, any>
    await resource.aws.lambda.UpdateFunctionConfiguration({ ...changed, FunctionName: id } as any)
    if (JSON.stringify([properties.Code, properties.Architectures]) !== JSON.stringify([previous.Code, previous.Architectures])) {
      await resource.aws.lambda.UpdateFunctionCode({ FunctionName: id, ...codeOf(properties.Code), Architectures: properties.Architectures } as any)
    }
    return created(resource, id)
  },
  delete: (resource, id) => gone(resource.aws.lambda.DeleteFunction({ FunctionName: id })),
}

const permission: ResourceType = {
  properties: { FunctionName: 'required', Action: 'required', Principal: 'required', SourceArn: 'optional', SourceAccount: 'optional', FunctionUrlAuthType: 'optional' },
  createOnly: ['FunctionName', 'Action', 'Principal', 'SourceArn', 'SourceAccount', 'FunctionUrlAuthType'],
  async create(resource, properties) {
    const StatementId = resource.generatedName(100)
    await resource.aws.lambda.AddPermission({ ...properties, StatementId } as any)
    return { id: StatementId }
  },
  delete: (resource, id, properties) => gone(resource.aws.lambda.RemovePermission({ FunctionName: properties.FunctionName, StatementId: id })),
}

/** A resource that is gone already needs no deleting. */
async function gone(deleting: Promise<unknown>): Promise<void> {
  await deleting.catch((error: Error) => { if (error.name !== 'ResourceNotFoundException') throw error })
}

export const resourceTypes: Record<string, ResourceType<any>> = { 'AWS::Lambda::Function': lambdaFunction, 'AWS::Lambda::Permission': permission }
