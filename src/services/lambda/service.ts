import { dataKeys } from '../../platform/data-keys.ts'
import type { Lambda as LambdaClient } from '@aws-sdk/client-lambda'
import { longRunning, service } from '../../platform/service.ts'
import { CreateAlias } from './aliases/CreateAlias.ts'
import { DeleteAlias } from './aliases/DeleteAlias.ts'
import { GetAlias } from './aliases/GetAlias.ts'
import { ListAliases } from './aliases/ListAliases.ts'
import { UpdateAlias } from './aliases/UpdateAlias.ts'
import { claims, codePath } from './claims.ts'
import { DeleteFunctionEventInvokeConfig } from './async/DeleteFunctionEventInvokeConfig.ts'
import { GetFunctionEventInvokeConfig } from './async/GetFunctionEventInvokeConfig.ts'
import { ListFunctionEventInvokeConfigs } from './async/ListFunctionEventInvokeConfigs.ts'
import { PutFunctionEventInvokeConfig } from './async/PutFunctionEventInvokeConfig.ts'
import { UpdateFunctionEventInvokeConfig } from './async/UpdateFunctionEventInvokeConfig.ts'
import { invokeEvent } from './async/queue.ts'
import { resourceTypes } from './cloudformation.ts'
import { codeLocations } from './code/location.ts'
import { codeStorage } from './code/storage.ts'
import { DeleteFunctionConcurrency } from './concurrency/DeleteFunctionConcurrency.ts'
import { DeleteProvisionedConcurrencyConfig } from './concurrency/DeleteProvisionedConcurrencyConfig.ts'
import { GetAccountSettings } from './concurrency/GetAccountSettings.ts'
import { GetFunctionConcurrency } from './concurrency/GetFunctionConcurrency.ts'
import { GetProvisionedConcurrencyConfig } from './concurrency/GetProvisionedConcurrencyConfig.ts'
import { limits } from './concurrency/limits.ts'
import { ListProvisionedConcurrencyConfigs } from './concurrency/ListProvisionedConcurrencyConfigs.ts'
import { provisioned } from './concurrency/provisioned.ts'
import { snapshots } from './snapstart/snapshots.ts'
import { PutFunctionConcurrency } from './concurrency/PutFunctionConcurrency.ts'
import { PutProvisionedConcurrencyConfig } from './concurrency/PutProvisionedConcurrencyConfig.ts'
import { durableAuthorization } from './durable/authorization.ts'
import { durableChained } from './durable/chained.ts'
import { durableDeadLetter } from './durable/deadletter.ts'
import { durableInvoke } from './durable/invoke.ts'
import { measureExecution } from './durable/status.ts'
import { durableTimer } from './durable/timers.ts'
import { executions } from './durable/waiting.ts'
import { CheckpointDurableExecution } from './durable/CheckpointDurableExecution.ts'
import { GetDurableExecution } from './durable/GetDurableExecution.ts'
import { GetDurableExecutionHistory } from './durable/GetDurableExecutionHistory.ts'
import { GetDurableExecutionState } from './durable/GetDurableExecutionState.ts'
import { ListDurableExecutionsByFunction } from './durable/ListDurableExecutionsByFunction.ts'
import { SendDurableExecutionCallbackFailure } from './durable/SendDurableExecutionCallbackFailure.ts'
import { SendDurableExecutionCallbackHeartbeat } from './durable/SendDurableExecutionCallbackHeartbeat.ts'
import { SendDurableExecutionCallbackSuccess } from './durable/SendDurableExecutionCallbackSuccess.ts'
import { StopDurableExecution } from './durable/StopDurableExecution.ts'
import { CreateFunction } from './functions/CreateFunction.ts'
import { DeleteFunction } from './functions/DeleteFunction.ts'
import { namedArn } from './functions/function.ts'
import { GetFunction } from './functions/GetFunction.ts'
import { GetFunctionConfiguration } from './functions/GetFunctionConfiguration.ts'
import { ListFunctions } from './functions/ListFunctions.ts'
import { UpdateFunctionCode } from './functions/UpdateFunctionCode.ts'
import { UpdateFunctionConfiguration } from './functions/UpdateFunctionConfiguration.ts'
import { functionCache } from './invoke/cache.ts'
import { roleCredentials } from './invoke/credentials.ts'
import { environments } from './invoke/environments.ts'
import { Invoke } from './invoke/Invoke.ts'
import { InvokeWithResponseStream } from './invoke/InvokeWithResponseStream.ts'
import { logWriter } from './invoke/logs.ts'
import { functionName, scopeOf } from './names.ts'
import { AddLayerVersionPermission } from './layers/AddLayerVersionPermission.ts'
import { DeleteLayerVersion } from './layers/DeleteLayerVersion.ts'
import { GetLayerVersion } from './layers/GetLayerVersion.ts'
import { byArn, GetLayerVersionByArn } from './layers/GetLayerVersionByArn.ts'
import { GetLayerVersionPolicy } from './layers/GetLayerVersionPolicy.ts'
import { ListLayers } from './layers/ListLayers.ts'
import { ListLayerVersions } from './layers/ListLayerVersions.ts'
import { PublishLayerVersion } from './layers/PublishLayerVersion.ts'
import { RemoveLayerVersionPermission } from './layers/RemoveLayerVersionPermission.ts'
import { onLayer, onLayerVersion } from './layers/layer.ts'
import { CreateEventSourceMapping } from './mappings/CreateEventSourceMapping.ts'
import { DeleteEventSourceMapping } from './mappings/DeleteEventSourceMapping.ts'
import { GetEventSourceMapping } from './mappings/GetEventSourceMapping.ts'
import { ListEventSourceMappings } from './mappings/ListEventSourceMappings.ts'
import { onMappedFunction, onMapping } from './mappings/mapping.ts'
import { mappings } from './mappings/runners.ts'
import { UpdateEventSourceMapping } from './mappings/UpdateEventSourceMapping.ts'
import { AddPermission, policyDocument } from './permissions/AddPermission.ts'
import { GetPolicy } from './permissions/GetPolicy.ts'
import { RemovePermission } from './permissions/RemovePermission.ts'
import { GetFunctionRecursionConfig } from './recursion/GetFunctionRecursionConfig.ts'
import { PutFunctionRecursionConfig } from './recursion/PutFunctionRecursionConfig.ts'
import { GetRuntimeManagementConfig } from './runtimes/GetRuntimeManagementConfig.ts'
import { PutRuntimeManagementConfig } from './runtimes/PutRuntimeManagementConfig.ts'
import { CreateCodeSigningConfig } from './signing/CreateCodeSigningConfig.ts'
import { DeleteCodeSigningConfig } from './signing/DeleteCodeSigningConfig.ts'
import { DeleteFunctionCodeSigningConfig } from './signing/DeleteFunctionCodeSigningConfig.ts'
import { GetCodeSigningConfig } from './signing/GetCodeSigningConfig.ts'
import { GetFunctionCodeSigningConfig } from './signing/GetFunctionCodeSigningConfig.ts'
import { ListCodeSigningConfigs } from './signing/ListCodeSigningConfigs.ts'
import { ListFunctionsByCodeSigningConfig } from './signing/ListFunctionsByCodeSigningConfig.ts'
import { PutFunctionCodeSigningConfig } from './signing/PutFunctionCodeSigningConfig.ts'
import { UpdateCodeSigningConfig } from './signing/UpdateCodeSigningConfig.ts'
import { onConfig } from './signing/config.ts'
import type { Lambda, LambdaState } from './state.ts'
import { tables } from './state.ts'
import { ListTags } from './tags/ListTags.ts'
import { tagsAt } from './tags/tagged.ts'
import { TagResource } from './tags/TagResource.ts'
import { UntagResource } from './tags/UntagResource.ts'
import { CreateFunctionUrlConfig } from './urls/CreateFunctionUrlConfig.ts'
import { DeleteFunctionUrlConfig } from './urls/DeleteFunctionUrlConfig.ts'
import { GetFunctionUrlConfig } from './urls/GetFunctionUrlConfig.ts'
import { ListFunctionUrlConfigs } from './urls/ListFunctionUrlConfigs.ts'
import { UpdateFunctionUrlConfig } from './urls/UpdateFunctionUrlConfig.ts'
import { serveUrl } from './urls/serve.ts'
import { ListVersionsByFunction } from './versions/ListVersionsByFunction.ts'
import { PublishVersion } from './versions/PublishVersion.ts'

type Named = { FunctionName?: string | undefined, Qualifier?: string | undefined }
const onFunction = {
  resource: (lambda: Lambda, input: Named) => namedArn(scopeOf(lambda, input.FunctionName), input),
  resourceTags: (lambda: Lambda, input: Named) => tagsOf(lambda, input.FunctionName),
}

const vpcKeys = ({ VpcConfig: vpc }: { VpcConfig?: { SubnetIds?: string[] | undefined, SecurityGroupIds?: string[] | undefined } | undefined }) =>
  ({ 'lambda:SubnetIds': vpc?.SubnetIds, 'lambda:SecurityGroupIds': vpc?.SecurityGroupIds })

const onResource = {
  resource: (_: Lambda, input: { Resource: string | undefined }) => input.Resource ?? '*',
  resourceTags: (lambda: Lambda, input: { Resource: string | undefined }) => tagsAt(scopeOf(lambda, input.Resource), input.Resource).catch(() => undefined),
}

/** The tags of the function that a name or an ARN means; none where it means none. */
async function tagsOf(lambda: Lambda, text: string | undefined): Promise<Record<string, string> | undefined> {
  const scope = scopeOf(lambda, text)
  return (await scope.tables.functions.get(functionName(scope, text).name))?.tags
}

/** The policy of what the request names; none where the function is not there, which the operation then says. */
async function resourcePolicy(lambda: Lambda, input: Named): Promise<string | undefined> {
  const scope = scopeOf(lambda, input.FunctionName)
  const { name, qualifier } = functionName(scope, input.FunctionName, input.Qualifier)
  const loaded = await scope.state.cache.get(scope, name, qualifier).catch(() => undefined)
  const policy = loaded?.fn.policies[qualifier ?? '$LATEST']
  return policy && policyDocument(policy)
}

/**
 * What a function's policy may let another account do besides invoking it ("Granting Lambda function access to other accounts"); it is done in the account of
 * the function.
 */
const across = <I extends Named, O>(operation: (lambda: Lambda, input: I) => Promise<O>) =>
  (lambda: Lambda, input: I): Promise<O> => operation(scopeOf(lambda, input.FunctionName), input)
const onShared = { ...onFunction, resourcePolicy }

// Changes group their writes themselves and forget what is cached after the commit, so none of them runs inside one transaction.
export const lambda = service<LambdaClient, Lambda>({
  name: 'lambda',
  billing: 'AWSLambda',
  tables,
  operations: {
    AddLayerVersionPermission,
    AddPermission: longRunning(AddPermission),
    CheckpointDurableExecution,
    CreateAlias: longRunning(across(CreateAlias)),
    CreateCodeSigningConfig,
    DeleteCodeSigningConfig,
    DeleteFunctionCodeSigningConfig: longRunning(DeleteFunctionCodeSigningConfig),
    GetCodeSigningConfig,
    GetFunctionCodeSigningConfig,
    ListCodeSigningConfigs,
    ListFunctionsByCodeSigningConfig,
    PutFunctionCodeSigningConfig: longRunning(PutFunctionCodeSigningConfig),
    UpdateCodeSigningConfig,
    CreateEventSourceMapping: longRunning(CreateEventSourceMapping),
    CreateFunction: longRunning(CreateFunction),
    CreateFunctionUrlConfig: longRunning(CreateFunctionUrlConfig),
    DeleteAlias: longRunning(across(DeleteAlias)),
    DeleteEventSourceMapping: longRunning(DeleteEventSourceMapping),
    DeleteFunction: longRunning(across(DeleteFunction)),
    DeleteFunctionConcurrency: longRunning(across(DeleteFunctionConcurrency)),
    DeleteFunctionEventInvokeConfig: longRunning(DeleteFunctionEventInvokeConfig),
    DeleteFunctionUrlConfig: longRunning(DeleteFunctionUrlConfig),
    DeleteLayerVersion,
    DeleteProvisionedConcurrencyConfig: longRunning(DeleteProvisionedConcurrencyConfig),
    GetAccountSettings,
    GetAlias: across(GetAlias),
    GetDurableExecution,
    GetDurableExecutionHistory,
    GetDurableExecutionState,
    GetEventSourceMapping,
    GetFunction: across(GetFunction),
    GetFunctionConcurrency,
    GetFunctionConfiguration: across(GetFunctionConfiguration),
    GetFunctionEventInvokeConfig,
    GetFunctionRecursionConfig,
    GetFunctionUrlConfig,
    GetLayerVersion,
    GetLayerVersionByArn,
    GetLayerVersionPolicy,
    GetPolicy,
    GetRuntimeManagementConfig,
    GetProvisionedConcurrencyConfig,
    Invoke: longRunning(Invoke),
    InvokeWithResponseStream: longRunning(InvokeWithResponseStream),
    ListAliases: across(ListAliases),
    ListDurableExecutionsByFunction,
    ListEventSourceMappings,
    ListFunctionEventInvokeConfigs,
    ListFunctionUrlConfigs,
    ListFunctions,
    ListLayerVersions,
    ListLayers,
    ListProvisionedConcurrencyConfigs,
    ListTags,
    ListVersionsByFunction: across(ListVersionsByFunction),
    PublishLayerVersion: longRunning(PublishLayerVersion),
    PublishVersion: longRunning(across(PublishVersion)),
    PutFunctionConcurrency: longRunning(across(PutFunctionConcurrency)),
    PutFunctionEventInvokeConfig: longRunning(PutFunctionEventInvokeConfig),
    PutFunctionRecursionConfig: longRunning(PutFunctionRecursionConfig),
    PutRuntimeManagementConfig: longRunning(PutRuntimeManagementConfig),
    PutProvisionedConcurrencyConfig: longRunning(PutProvisionedConcurrencyConfig),
    RemoveLayerVersionPermission,
    RemovePermission: longRunning(RemovePermission),
    SendDurableExecutionCallbackFailure,
    SendDurableExecutionCallbackHeartbeat,
    SendDurableExecutionCallbackSuccess,
    StopDurableExecution,
    TagResource: longRunning(TagResource),
    UntagResource: longRunning(UntagResource),
    UpdateAlias: longRunning(across(UpdateAlias)),
    UpdateEventSourceMapping: longRunning(UpdateEventSourceMapping),
    UpdateFunctionCode: longRunning(across(UpdateFunctionCode)),
    UpdateFunctionConfiguration: longRunning(UpdateFunctionConfiguration),
    UpdateFunctionEventInvokeConfig: longRunning(UpdateFunctionEventInvokeConfig),
    UpdateFunctionUrlConfig: longRunning(UpdateFunctionUrlConfig),
  },
  authorization: {
    ...durableAuthorization,
    ListDurableExecutionsByFunction: onFunction,
    AddPermission: {
      ...onFunction, conditions: (_, input) => ({ 'lambda:Principal': input.Principal, 'lambda:FunctionUrlAuthType': input.FunctionUrlAuthType }),
    },
    CreateFunction: {
      ...onFunction, conditions: (_, input) => ({ 'lambda:Layer': input.Layers, 'lambda:CodeSigningConfigArn': input.CodeSigningConfigArn, ...vpcKeys(input) }),
    },
    AddLayerVersionPermission: onLayer,
    DeleteLayerVersion: onLayer,
    GetLayerVersion: onLayerVersion,
    GetLayerVersionByArn: byArn,
    GetLayerVersionPolicy: onLayer,
    ListLayers: { resource: '*' },
    ListLayerVersions: { resource: '*' },
    PublishLayerVersion: onLayer,
    RemoveLayerVersionPermission: onLayer,
    CreateEventSourceMapping: onMappedFunction,
    DeleteEventSourceMapping: onMapping,
    GetEventSourceMapping: onMapping,
    ListEventSourceMappings: { resource: '*' },
    UpdateEventSourceMapping: onMapping,
    CreateAlias: onShared,
    CreateCodeSigningConfig: { resource: '*' },
    DeleteCodeSigningConfig: onConfig,
    DeleteFunctionCodeSigningConfig: onFunction,
    GetCodeSigningConfig: onConfig,
    GetFunctionCodeSigningConfig: onFunction,
    ListCodeSigningConfigs: { resource: '*' },
    ListFunctionsByCodeSigningConfig: onConfig,
    PutFunctionCodeSigningConfig: { ...onFunction, conditions: (_, input) => ({ 'lambda:CodeSigningConfigArn': input.CodeSigningConfigArn }) },
    UpdateCodeSigningConfig: onConfig,
    DeleteAlias: onShared,
    DeleteFunction: onShared,
    DeleteFunctionConcurrency: onShared,
    DeleteFunctionEventInvokeConfig: onFunction,
    DeleteProvisionedConcurrencyConfig: onFunction,
    GetAccountSettings: { resource: '*' },
    GetProvisionedConcurrencyConfig: onFunction,
    ListProvisionedConcurrencyConfigs: onFunction,
    PutProvisionedConcurrencyConfig: onFunction,
    GetFunctionEventInvokeConfig: onFunction,
    ListFunctionEventInvokeConfigs: onFunction,
    PutFunctionEventInvokeConfig: onFunction,
    UpdateFunctionEventInvokeConfig: onFunction,
    GetAlias: onShared,
    GetFunctionRecursionConfig: onFunction,
    PutFunctionRecursionConfig: onFunction,
    GetFunctionConcurrency: onFunction,
    ListAliases: onShared,
    ListTags: onResource,
    PutFunctionConcurrency: onShared,
    TagResource: onResource,
    UntagResource: onResource,
    UpdateAlias: onShared,
    GetFunction: onShared,
    GetFunctionConfiguration: onShared,
    GetPolicy: onFunction,
    GetRuntimeManagementConfig: onFunction,
    PutRuntimeManagementConfig: onFunction,
    Invoke: { action: 'lambda:InvokeFunction', ...onFunction, resourcePolicy },
    InvokeWithResponseStream: { action: 'lambda:InvokeFunction', ...onFunction, resourcePolicy },
    ListFunctions: { resource: '*' },
    ListVersionsByFunction: onShared,
    CreateFunctionUrlConfig: { ...onFunction, conditions: (_, input) => ({ 'lambda:FunctionUrlAuthType': input.AuthType }) },
    DeleteFunctionUrlConfig: onFunction,
    GetFunctionUrlConfig: onFunction,
    ListFunctionUrlConfigs: onFunction,
    UpdateFunctionUrlConfig: { ...onFunction, conditions: (_, input) => ({ 'lambda:FunctionUrlAuthType': input.AuthType }) },
    PublishVersion: onShared,
    RemovePermission: onFunction,
    UpdateFunctionCode: onShared,
    UpdateFunctionConfiguration: { ...onFunction, conditions: (_, input) => ({ 'lambda:Layer': input.Layers, ...vpcKeys(input) }) },
  },
  open: (scope: Lambda): LambdaState => ({
    mappings: mappings(scope), limits: limits(), provisioned: provisioned(), snapshots: snapshots(), codeStorage: codeStorage(), cache: functionCache(),
    environments: environments(), credentials: roleCredentials(), logs: logWriter(),
    locations: codeLocations(), executions: executions(), dataKeys: dataKeys(),
  }),
  async start(lambda) {
    for await (const row of lambda.tables.mappings.each()) lambda.state.mappings.apply(row)
    for await (const { account, region, name } of lambda.tables.provisioned.each()) {
      const place = lambda.in({ account, region })
      await place.state.provisioned.apply(place, name)
    }
    await lambda.state.snapshots.resume(lambda)
  },
  notices: {
    'lambda.execution.told': (lambda, told) => {
      measureExecution(lambda, told)
      if (told.status !== 'RUNNING') lambda.state.executions.tell(told.executionArn)
    },
    'sqs.message.available': (lambda, { queueArn }) => lambda.state.mappings.wake(queueArn),
    'kinesis.records.available': (lambda, { streamArn }) => lambda.state.mappings.wake(streamArn),
    'dynamodb.stream.records.available': (lambda, { streamArn }) => lambda.state.mappings.wake(streamArn),
  },
  closing: (state: LambdaState) => state.executions.close(),
  async settle(state: LambdaState) {
    await state.environments.settle()
    await state.mappings.settle()
    await state.provisioned.settle()
    await state.snapshots.settle()
    await state.logs.flush()
  },
  async close(state: LambdaState) {
    await state.mappings.close()
    await Promise.all([state.environments.close(), state.provisioned.close(), state.snapshots.close()])
    await state.logs.flush()
  },
  tasks: { invokeEvent, durableChained, durableDeadLetter, durableInvoke, durableTimer },
  http: {
    claims,
    async handle(scope, request) {
      if (!request.path.startsWith(codePath)) return serveUrl(scope, request)
      const blob = request.method === 'GET' ? scope.state.locations.open(request.path, request.query, scope.now()) : undefined
      if (blob === undefined) return { status: 403, body: 'The address of the code has expired: call GetFunction again.\n' }
      return { status: 200, headers: { 'content-type': 'application/zip' }, body: scope.blobs.read(blob) }
    },
  },
  resourceTypes,
})
