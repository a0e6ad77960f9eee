import { parseArn } from '../../../platform/arns.ts'
import { functionArn } from '../names.ts'
import type { Lambda } from '../state.ts'
import { InvalidParameterValueException } from '../state.ts'

/** The address of a queue as this cloud's SQS has it. */
export function queueUrl(lambda: Lambda, queueArn: string): string {
  const { account, resource } = parseArn(queueArn)!
  return `${lambda.config.endpoint}/${account}/${resource}`
}

/** Refuses what cannot be a destination of asynchronous invocations. FIFO queues are none, as on AWS. */
export function checkDestination(lambda: Lambda, arn: string, functionName: string): void {
  const service = parseArn(arn)?.service
  if (service === 'sns' || service === 'events') {
    throw new InvalidParameterValueException(`Destinations of ${service === 'sns' ? 'SNS' : 'EventBridge'} are not supported by Fogbank yet.`)
  }
  if (service !== 'sqs' && service !== 'lambda' && service !== 's3') throw new InvalidParameterValueException(`The destination ARN ${arn} is invalid.`)
  if (service === 'sqs' && arn.endsWith('.fifo')) throw new InvalidParameterValueException('The destination ARN is invalid: FIFO queues are not supported.')
  const own = functionArn(lambda, functionName)
  if (arn === own || arn.startsWith(`${own}:`)) throw new InvalidParameterValueException('You can not set the destination to the same function.')
}

/** The queue to which a function's dead letters go; undefined where the request takes it away. */
export function deadLetterArn(target: string | undefined): string | undefined {
  if (target === undefined || target === '') return undefined
  const service = parseArn(target)?.service
  if (service === 'sns') throw new InvalidParameterValueException('Dead-letter topics of SNS are not supported by Fogbank yet: name a queue.')
  if (service !== 'sqs') {
    throw new InvalidParameterValueException(`1 validation error detected: Value '${target}' at 'deadLetterConfig.targetArn' ` +
      'failed to satisfy constraint: Member must be the ARN of a queue or a topic')
  }
  if (target.endsWith('.fifo')) throw new InvalidParameterValueException('FIFO queues are not supported as dead-letter queues.')
  return target
}
