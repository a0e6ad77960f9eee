import type { HttpRequest } from '../../../contracts/call.ts'
import type { Principal } from '../../../contracts/principal.ts'
import { AwsError } from '../../../platform/errors.ts'
import { headerOf } from '../../../platform/http-payload.ts'
import { functionArn } from '../names.ts'
import { policyDocument } from '../permissions/AddPermission.ts'
import type { FunctionRow, Lambda, UrlConfig } from '../state.ts'

const anonymous: Principal = { type: 'anonymous', account: '', arn: 'anonymous', userId: 'anonymous' }

interface Target { lambda: Lambda, fn: FunctionRow, name: string, qualifier: string, url: UrlConfig }

/**
 * Whether a request may call a function by its URL: with both lambda:InvokeFunctionUrl and lambda:InvokeFunction, as URLs made since October 2025 need
 * (docs.aws.amazon.com/lambda, "Control access to Lambda function URLs"). AuthType NONE leaves out the caller, not the function's policy.
 */
export async function mayCall({ lambda, fn, name, qualifier, url }: Target, request: HttpRequest): Promise<boolean> {
  const principal = url.authType === 'NONE' ? anonymous : request.principal
  if (!principal) return false
  const resource = functionArn(lambda, name, qualifier === '$LATEST' ? undefined : qualifier)
  const policy = fn.policies[qualifier]
  const scope = lambda.in({ principal })
  const conditions = {
    'lambda:FunctionUrlAuthType': url.authType, 'lambda:InvokedViaFunctionUrl': true, 'lambda:FunctionArn': resource,
    'aws:SourceIp': request.sourceIp.replace(/^::ffff:(?=\d+\.)/, ''), 'aws:UserAgent': headerOf(request, 'user-agent'),
  }
  try {
    for (const action of ['lambda:InvokeFunctionUrl', 'lambda:InvokeFunction']) {
      await scope.authorize({ action, resource, conditions, ...policy && { resourcePolicy: policyDocument(policy) }, resourceTags: () => fn.tags })
    }
    return true
  } catch (error) {
    if (error instanceof AwsError && error.code.startsWith('AccessDenied')) return false
    throw error
  }
}
