import { parseArn } from '../../../platform/arns.ts'
import { functionArn } from '../names.ts'
import type { Lambda } from '../state.ts'
import { InvalidParameterValueException } from '../state.ts'

/** The address of a queue as this cloud's SQS has it. */
export function queueUrl(lambda: Lambda, queueArn: string): string {
  const { account, resource } = parseArn(queueArn)!
  return `${lambda.config.endpoint}/${account}/${resource}`
}

/** Refuses what cannot be a destination of asynchronous invocations. FIFO queues and topics are none, as on AWS. */
export function checkDestination(lambda: Lambda, arn: string, functionName: string): void {
  const parsed = parseArn(arn)
  const kind = kindOf(arn)
  if (!kind || !parsed?.resource) throw new InvalidParameterValueException(`The destination ARN ${arn} is invalid.`)
  if (arn.endsWith('.fifo')) {
    const what = kind.service === 'SQS' ? 'queues' : 'topics'
    throw new InvalidParameterValueException(`The destination ARN ${arn} is invalid: FIFO ${what} are not supported.`)
  }
  const own = functionArn(lambda, functionName)
  if (arn === own || arn.startsWith(`${own}:`)) throw new InvalidParameterValueException('You can not set the destination to the same function.')
}

/** The queue or topic to which a function's dead letters go; undefined where the request takes it away. */
export function deadLetterArn(target: string | undefined): string | undefined {
  if (target === undefined || target === '') return undefined
  const service = parseArn(target)?.service
  if (service !== 'sqs' && service !== 'sns') {
    throw new InvalidParameterValueException(`1 validation error detected: Value '${target}' at 'deadLetterConfig.targetArn' ` +
      'failed to satisfy constraint: Member must be the ARN of a queue or a topic')
  }
  if (target.endsWith('.fifo')) {
    throw new InvalidParameterValueException(`FIFO ${service === 'sqs' ? 'queues' : 'topics'} are not supported as dead-letter targets.`)
  }
  return target
}

/** What is called to write to a place, by the service in its ARN, and how AWS's messages name the service. */
const kinds: Record<string, { action: string, call: string, service: string }> = {
  sqs: { action: 'sqs:SendMessage', call: 'SendMessage', service: 'SQS' },
  sns: { action: 'sns:Publish', call: 'Publish', service: 'SNS' },
  events: { action: 'events:PutEvents', call: 'PutEvents', service: 'EventBridge' },
  lambda: { action: 'lambda:InvokeFunction', call: 'InvokeFunction', service: 'Lambda' },
  s3: { action: 's3:PutObject', call: 'PutObject', service: 'S3' },
}

export const kindOf = (arn: string) => kinds[parseArn(arn)?.service ?? '']

type Role = { name: string, role: string }

/** Throws unless the function's role may write to a place; `words` says so as the operation does. A bucket is asked about for what Lambda writes there. */
async function checkMayWrite(lambda: Lambda, fn: Role, arn: string, words: (kind: NonNullable<ReturnType<typeof kindOf>>) => string): Promise<void> {
  const kind = kindOf(arn)!
  const may = await roleMay(lambda, fn, kind.action, kind.service === 'S3' ? `${arn}/aws/lambda/async/${fn.name}/record` : arn)
  if (!may) throw new InvalidParameterValueException(words(kind))
}

/** As PutFunctionEventInvokeConfig says it. */
export const checkRoleMaySend = (lambda: Lambda, fn: Role, arn: string): Promise<void> =>
  checkMayWrite(lambda, fn, arn, ({ call }) => `The function's execution role does not have permissions to call ${call} on ${arn}`)

/** As the operations say it that take a dead-letter target, and those of event source mappings. */
export const checkProvidedRoleMaySend = (lambda: Lambda, fn: Role, arn: string): Promise<void> =>
  checkMayWrite(lambda, fn, arn, ({ call, service }) => lacks(call, service))

export const lacks = (call: string, service: string): string => `The provided execution role does not have permissions to call ${call} on ${service}`

/**
 * Whether a function's role may do this. Its own policies are asked; a policy that only the resource has is not seen, as nothing of the other service is
 * read, and what another account says of its resource is heard when something is sent.
 */
export async function roleMay(lambda: Lambda, { name, role }: Role, action: string, resource: string): Promise<boolean> {
  const { account = lambda.account } = parseArn(resource) ?? {}
  const elsewhere = account !== '' && account !== lambda.account
  try {
    await lambda.authorize({
      action, resource, as: { role, sessionName: name.padEnd(2, '_') },
      ...elsewhere &&
        { resourcePolicy: JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }] }) },
    })
    return true
  } catch (error) {
    if ((error as Error).name.startsWith('AccessDenied')) return false
    throw error
  }
}
