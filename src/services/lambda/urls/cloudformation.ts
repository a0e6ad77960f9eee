import type { ResourceContext, ResourceType } from '../../../platform/resource-type.ts'

/** Templates give numbers and truth as text, too. */
const corsOf = ({ MaxAge, AllowCredentials, ...rest }: Record<string, any>) => ({
  ...rest, ...MaxAge !== undefined && { MaxAge: Number(MaxAge) },
  ...AllowCredentials !== undefined && { AllowCredentials: String(AllowCredentials) === 'true' },
})

const named = ({ TargetFunctionArn, Qualifier }: Record<string, any>) =>
  ({ FunctionName: TargetFunctionArn, ...Qualifier !== undefined && { Qualifier } })

const settings = ({ AuthType, InvokeMode = 'BUFFERED', Cors = {} }: Record<string, any>) => ({ AuthType, InvokeMode, Cors: corsOf(Cors) })

const made = ({ FunctionUrl, FunctionArn }: { FunctionUrl?: string | undefined, FunctionArn?: string | undefined }) =>
  ({ id: FunctionArn!, attributes: { FunctionUrl, FunctionArn } })

/** The address of a function, or of an alias, by its ARN, or by its name, as `sam list endpoints` asks. */
async function standing({ aws }: ResourceContext, id: string) {
  const [, name = id, Qualifier] = /^(arn:[^:]+:lambda:[^:]*:[^:]*:function:[^:]+):([^:]+)$/.exec(id) ?? []
  return aws.lambda.GetFunctionUrlConfig({ FunctionName: name, ...Qualifier !== undefined && { Qualifier } }).catch((error: Error) => {
    if (error.name !== 'ResourceNotFoundException') throw error
    return undefined
  })
}

const create = async (resource: ResourceContext, properties: Record<string, any>) =>
  made(await resource.aws.lambda.CreateFunctionUrlConfig({ ...named(properties), ...settings(properties) } as any))

/** AWS::Lambda::Url: its name is the ARN of the function or the alias that it leads to. */
export const functionUrl: ResourceType = {
  properties: { TargetFunctionArn: 'required', AuthType: 'required', Qualifier: 'optional', InvokeMode: 'optional', Cors: 'optional' },
  createOnly: ['TargetFunctionArn', 'Qualifier'],
  identifier: 'FunctionArn',
  async read(resource, id) {
    const found = await standing(resource, id)
    return found && { AuthType: found.AuthType, InvokeMode: found.InvokeMode, Cors: found.Cors }
  },
  attributes: async (resource, id) => made((await standing(resource, id))!).attributes,
  create,
  async update(resource, _, properties) {
    return made(await resource.aws.lambda.UpdateFunctionUrlConfig({ ...named(properties), ...settings(properties) } as any))
  },
  async delete(resource, _, properties) {
    await resource.aws.lambda.DeleteFunctionUrlConfig(named(properties) as any).catch((error: Error) => {
      if (error.name !== 'ResourceNotFoundException') throw error
    })
  },
}
