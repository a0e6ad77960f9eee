import type { ResourceContext, ResourceType } from '../../../platform/resource-type.ts'
import { standingAliases, standingVersions } from './cloudformation-standing.ts'

const pollEveryMs = 500

/** Puts the provisioned concurrency of a version or an alias and waits until it is READY, as CloudFormation does; takes away what is asked for no longer. */
async function provision(resource: ResourceContext, properties: Record<string, any>, Qualifier: string, previous: Record<string, any> = {}): Promise<void> {
  const { lambda } = resource.aws
  const place = { FunctionName: properties.FunctionName, Qualifier }
  const wanted = properties.ProvisionedConcurrencyConfig?.ProvisionedConcurrentExecutions
  if (wanted === undefined) {
    if (previous.ProvisionedConcurrencyConfig !== undefined) await lambda.DeleteProvisionedConcurrencyConfig(place)
    return
  }
  if (String(wanted) !== String(previous.ProvisionedConcurrencyConfig?.ProvisionedConcurrentExecutions)) {
    await lambda.PutProvisionedConcurrencyConfig({ ...place, ProvisionedConcurrentExecutions: Number(wanted) })
  }
  for (;;) {
    const { Status, StatusReason } = await lambda.GetProvisionedConcurrencyConfig(place)
    if (Status === 'READY') return
    if (Status === 'FAILED') throw new Error(`Provisioned Concurrency configuration failed to be applied. Reason: ${StatusReason}`)
    await resource.wait(pollEveryMs)
  }
}

/** Waits until a version with SnapStart has its snapshot. */
async function active(resource: ResourceContext, FunctionName: string, Qualifier: string): Promise<void> {
  for (;;) {
    const { State, StateReason } = await resource.aws.lambda.GetFunctionConfiguration({ FunctionName, Qualifier })
    if (State === 'Failed') throw new Error(`Version ${Qualifier} failed to become active: ${StateReason}`)
    if (State !== 'Pending') return
    await resource.wait(pollEveryMs)
  }
}

export const version: ResourceType = {
  ...standingVersions,
  properties: {
    FunctionName: 'required', Description: 'optional', CodeSha256: 'optional', ProvisionedConcurrencyConfig: 'optional', RuntimePolicy: 'optional'
  },
  createOnly: ['FunctionName', 'Description', 'CodeSha256', 'ProvisionedConcurrencyConfig', 'RuntimePolicy'],
  async create(resource, { ProvisionedConcurrencyConfig, RuntimePolicy, ...properties }) {
    const { FunctionArn, Version, State } = await resource.aws.lambda.PublishVersion(properties as any)
    if (State !== 'Active') {
      await active(resource, properties.FunctionName, Version!).catch(async error => {
        // Nobody knows of it yet: the roll-back would leave it.
        await gone(resource.aws.lambda.DeleteFunction({ FunctionName: properties.FunctionName, Qualifier: Version }))
        throw error
      })
    }
    if (RuntimePolicy) await resource.aws.lambda.PutRuntimeManagementConfig({ FunctionName: properties.FunctionName, Qualifier: Version, ...RuntimePolicy })
    await provision(resource, { ...properties, ProvisionedConcurrencyConfig }, Version!)
    return { id: FunctionArn!, attributes: { Version, FunctionArn } }
  },
  delete(resource, id) {
    const [, name, qualifier] = /^(.*):(\d+)$/.exec(id) ?? []
    // AWS leaves $LATEST alone, and a version that an alias still names goes with the function.
    return gone(resource.aws.lambda.DeleteFunction({ FunctionName: name, Qualifier: qualifier }))
  },
}

const aliasInput = ({ RoutingConfig, ProvisionedConcurrencyConfig: _, ...rest }: Record<string, any>) => ({
  ...rest, RoutingConfig: {
    AdditionalVersionWeights: Object.fromEntries((RoutingConfig?.AdditionalVersionWeights ?? []).map((each: any) => [
      each.FunctionVersion, Number(each.FunctionWeight),
    ])),
  },
})

export const alias: ResourceType = {
  ...standingAliases,
  properties: {
    FunctionName: 'required', FunctionVersion: 'required', Name: 'required', Description: 'optional', RoutingConfig: 'optional',
    ProvisionedConcurrencyConfig: 'optional',
  },
  createOnly: ['FunctionName', 'Name'],
  async create(resource, properties) {
    const { AliasArn } = await resource.aws.lambda.CreateAlias(aliasInput(properties) as any)
    try {
      await provision(resource, properties, properties.Name)
    } catch (error) {
      // Nobody knows of it yet: the roll-back would leave it.
      await gone(resource.aws.lambda.DeleteAlias({ FunctionName: properties.FunctionName, Name: properties.Name }))
      throw error
    }
    return { id: AliasArn!, attributes: { AliasArn } }
  },
  async update(resource, id, properties, previous) {
    await resource.aws.lambda.UpdateAlias(aliasInput(properties) as any)
    await provision(resource, properties, properties.Name, previous)
    return { id, attributes: { AliasArn: id } }
  },
  delete: (resource, _, properties) => gone(resource.aws.lambda.DeleteAlias({ FunctionName: properties.FunctionName, Name: properties.Name })),
}

/** A resource that is gone already needs no deleting. */
export async function gone(deleting: Promise<unknown>): Promise<void> {
  await deleting.catch((error: Error) => { if (error.name !== 'ResourceNotFoundException') throw error })
}
