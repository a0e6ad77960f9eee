import type { Lambda as LambdaClient } from '@aws-sdk/client-lambda'
import { longRunning, service } from '../../platform/service.ts'
import { resourceTypes } from './cloudformation.ts'
import { CreateFunction } from './functions/CreateFunction.ts'
import { DeleteFunction } from './functions/DeleteFunction.ts'
import { namedArn } from './functions/function.ts'
import { GetFunction } from './functions/GetFunction.ts'
import { GetFunctionConfiguration } from './functions/GetFunctionConfiguration.ts'
import { ListFunctions } from './functions/ListFunctions.ts'
import { UpdateFunctionCode } from './functions/UpdateFunctionCode.ts'
import { UpdateFunctionConfiguration } from './functions/UpdateFunctionConfiguration.ts'
import { invokeEvent } from './invoke/async.ts'
import { functionCache } from './invoke/cache.ts'
import { roleCredentials } from './invoke/credentials.ts'
import { environments } from './invoke/environments.ts'
import { Invoke } from './invoke/Invoke.ts'
import { logWriter } from './invoke/logs.ts'
import { functionName, scopeOf } from './names.ts'
import { AddPermission, policyDocument } from './permissions/AddPermission.ts'
import { GetPolicy } from './permissions/GetPolicy.ts'
import { RemovePermission } from './permissions/RemovePermission.ts'
import type { Lambda, LambdaState } from './state.ts'
import { tables } from './state.ts'
import { ListVersionsByFunction } from './versions/ListVersionsByFunction.ts'
import { PublishVersion } from './versions/PublishVersion.ts'

type Named = { FunctionName?: string | undefined, Qualifier?: string | undefined }
const onFunction = { resource: (lambda: Lambda, input: Named) => namedArn(scopeOf(lambda, input.FunctionName), input) }

/** The policy of what the request names; none where the function is not there, which the operation then says. */
async function resourcePolicy(lambda: Lambda, input: Named): Promise<string | undefined> {
  const scope = scopeOf(lambda, input.FunctionName)
  const { name, qualifier } = functionName(scope, input.FunctionName, input.Qualifier)
  const loaded = await scope.state.cache.get(scope, name, qualifier).catch(() => undefined)
  const policy = loaded?.fn.policies[qualifier ?? '$LATEST']
  return policy && policyDocument(policy)
}

// Changes group their writes themselves and forget what is cached after the commit, so none of them runs inside one transaction.
export const lambda = service<LambdaClient, Lambda>({
  name: 'lambda',
  billing: 'AWSLambda',
  tables,
  operations: {
    AddPermission: longRunning(AddPermission),
    CreateFunction: longRunning(CreateFunction),
    DeleteFunction: longRunning(DeleteFunction),
    GetFunction,
    GetFunctionConfiguration,
    GetPolicy,
    Invoke: longRunning(Invoke),
    ListFunctions,
    ListVersionsByFunction,
    PublishVersion: longRunning(PublishVersion),
    RemovePermission: longRunning(RemovePermission),
    UpdateFunctionCode: longRunning(UpdateFunctionCode),
    UpdateFunctionConfiguration: longRunning(UpdateFunctionConfiguration),
  },
  authorization: {
    AddPermission: { ...onFunction, conditions: (_, input) => ({ 'lambda:Principal': input.Principal, 'lambda:FunctionUrlAuthType': input.FunctionUrlAuthType }) },
    CreateFunction: { ...onFunction, conditions: (_, input) => ({ 'lambda:Layer': input.Layers }) },
    DeleteFunction: onFunction,
    GetFunction: onFunction,
    GetFunctionConfiguration: onFunction,
    GetPolicy: onFunction,
    Invoke: { action: 'lambda:InvokeFunction', ...onFunction, resourcePolicy },
    ListFunctions: { resource: '*' },
    ListVersionsByFunction: onFunction,
    PublishVersion: onFunction,
    RemovePermission: onFunction,
    UpdateFunctionCode: onFunction,
    UpdateFunctionConfiguration: { ...onFunction, conditions: (_, input) => ({ 'lambda:Layer': input.Layers }) },
  },
  open: (): LambdaState => ({ cache: functionCache(), environments: environments(), credentials: roleCredentials(), logs: logWriter() }),
  async close(state: LambdaState) {
    await state.environments.close()
    await state.logs.flush()
  },
  tasks: { invokeEvent },
  http: {
    claims: request => request.path.startsWith('/_fogbank/lambda/code/'),
    async handle(scope, request) {
      const blob = request.path.slice('/_fogbank/lambda/code/'.length)
      if (request.method !== 'GET' || !/^[0-9a-f]{64}$/.test(blob)) return { status: 404 }
      const zip = await scope.blobs.bytes(blob).catch(() => undefined)
      return zip === undefined ? { status: 404 } : { status: 200, headers: { 'content-type': 'application/zip' }, body: zip }
    },
  },
  resourceTypes,
})
