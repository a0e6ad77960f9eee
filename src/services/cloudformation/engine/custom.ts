import type { Created, ResourceContext, ResourceType } from '../../../platform/resource-type.ts'
import { responsePath } from '../claims.ts'
import type { CloudFormation } from '../state.ts'
import { isObject } from '../template/template.ts'
import { Cancelled, HalfMade, StepError } from './errors.ts'

const timeoutSecondsDefault = 3600

interface Response { Status?: string, Reason?: string, PhysicalResourceId?: string, Data?: Record<string, unknown> }

/** AWS::CloudFormation::CustomResource and Custom::*: a function or a topic is asked, and answers by a PUT to the response URL. */
export function customResource(cfn: CloudFormation, type: string): ResourceType {
  const ask = async (context: ResourceContext, requestType: 'Create' | 'Update' | 'Delete', properties: any, more: object = {}): Promise<Response> => {
    const token = cfn.newId()
    const payload = {
      RequestType: requestType, ServiceToken: properties.ServiceToken, ResponseURL: `${context.endpoint}${responsePath}${token}`, StackId: context.stackId,
      RequestId: token,
      LogicalResourceId: context.logicalId, ResourceType: type, ResourceProperties: texts(properties), ...more,
    }
    const response = answer(cfn, token, context, Number(properties.ServiceTimeout ?? timeoutSecondsDefault))
    // It is looked at once the request was sent.
    response.catch(() => {})
    await send(context, String(properties.ServiceToken), payload)
    // From here on the provider may have made something, so that a creation that fails is to be deleted: under the id that it named, or ours.
    const halfMade = (message: string, id: string | undefined) =>
      requestType === 'Create' ? new HalfMade(message, id || context.generatedName(128)) : new StepError(message)
    const { Status, Reason, ...rest } = await response.catch((error: Error) => {
      if (!(error instanceof Cancelled)) throw halfMade(error.message, undefined)
      throw requestType === 'Create' ? new Cancelled(context.generatedName(128)) : error
    })
    if (Status !== 'SUCCESS') {
      throw halfMade(`Received response status [FAILED] from custom resource. Message returned: ${Reason ?? ''} (RequestId: ${token})`, rest.PhysicalResourceId)
    }
    if (requestType === 'Create' && !rest.PhysicalResourceId) throw halfMade('Invalid PhysicalResourceId', undefined)
    return rest
  }
  const created = (response: Response): Created => ({ id: response.PhysicalResourceId!, attributes: response.Data ?? {} })
  return {
    properties: { ServiceToken: 'required', '*': 'optional' },
    create: async (context, properties) => created(await ask(context, 'Create', properties)),
    update: async (context, id, properties, previous) =>
      created({ PhysicalResourceId: id, ...await ask(context, 'Update', properties, { PhysicalResourceId: id, OldResourceProperties: texts(previous) }) }),
    delete: async (context, id, properties) => void await ask(context, 'Delete', properties, { PhysicalResourceId: id }),
  }
}

async function send(context: ResourceContext, serviceToken: string, payload: object): Promise<void> {
  const text = JSON.stringify(payload)
  if (serviceToken.split(':')[2] === 'sns') {
    await context.aws.sns.Publish({ TopicArn: serviceToken, Subject: 'AWS CloudFormation custom resource request', Message: text })
  } else {
    await context.aws.lambda.Invoke({ FunctionName: serviceToken, InvocationType: 'Event', Payload: Buffer.from(text) })
  }
}

/** Resolves when the response URL is called; rejects after the timeout, or when the operation is given up. */
function answer(cfn: CloudFormation, token: string, context: ResourceContext, timeoutSeconds: number): Promise<Response> {
  return new Promise<Response>((resolve, reject) => {
    const finish = () => {
      cancel()
      cfn.state.responses.delete(token)
      context.signal?.removeEventListener('abort', onAbort)
    }
    const onAbort = () => { finish(); reject(new Cancelled()) }
    const cancel = cfn.clock.at(cfn.now() + timeoutSeconds * 1000, () => {
      finish()
      reject(new StepError('CloudFormation did not receive a response from your Custom Resource. Please check your logs for requestId '
        + `[${token}]. If you are using the Python cfn-response module, you may need to update your Lambda function code so that CloudFormation can attach `
        + `the updated version.`))
    })
    if (context.signal?.aborted) return onAbort()
    context.signal?.addEventListener('abort', onAbort, { once: true })
    cfn.state.responses.set(token, response => { finish(); resolve(isObject(response) ? response : {}) })
  })
}

/** Numbers and booleans reach a custom resource as text. */
function texts(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(texts)
  if (isObject(value)) return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, texts(member)]))
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : value
}
