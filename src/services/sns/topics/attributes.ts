import { checkTopicDeliveryPolicy } from '../delivery/policies.ts'
import { invalid } from '../state.ts'

const isBoolean = (value: string) => /^(?:true|false)$/i.test(value)

/** What may be set of a topic, and what is wrong with a value. */
const checks: Record<string, (value: string) => string | undefined> = {
  Policy: value => policyProblem(value),
  DisplayName: value => value.length > 100 ? 'DisplayName Reason: must be at most 100 characters long' : undefined,
  DeliveryPolicy: value => checkTopicDeliveryPolicy(value),
  KmsMasterKeyId: () => undefined,
  SignatureVersion: value => value === '1' || value === '2' ? undefined : 'SignatureVersion',
  TracingConfig: value => value === 'PassThrough' || value === 'Active' ? undefined : 'TracingConfig',
}

const fifoChecks: Record<string, (value: string) => string | undefined> = {
  ContentBasedDeduplication: value => isBoolean(value) ? undefined : 'ContentBasedDeduplication',
  FifoThroughputScope: value => value === 'Topic' || value === 'MessageGroup' ? undefined : 'FifoThroughputScope',
}

const feedback = /^(?:HTTP|Firehose|Lambda|SQS|Application)(?:SuccessFeedbackRoleArn|FailureFeedbackRoleArn|SuccessFeedbackSampleRate)$/i

/** Why an attribute cannot be set, in words that follow `Invalid parameter: `; undefined where it can. */
export function attributeProblem(name: string, value: string, fifo: boolean): string | undefined {
  if (feedback.test(name)) return `${name} Reason: delivery status logging is not supported by Fogbank`
  if (name === 'ArchivePolicy') return 'ArchivePolicy Reason: message archiving is not supported by Fogbank'
  const check = checks[name] ?? (fifo ? fifoChecks[name] : undefined)
  return check ? check(value) : name in fifoChecks ? `Attributes Reason: Unknown attribute ${name}` : 'AttributeName'
}

/** Checks attributes of a topic that is about to be created. */
export function checkAttributes(attributes: Record<string, string>, fifo: boolean): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (name === 'FifoTopic') {
      if (!isBoolean(value)) throw invalid('FifoTopic')
      continue
    }
    const problem = attributeProblem(name, value, fifo)
    if (problem !== undefined) throw invalid(problem.startsWith('Attributes Reason: ') ? problem : `Attributes Reason: ${problem}`)
  }
}

/** As it is kept: booleans in lower case. */
export const normal = (name: string, value: string): string => name === 'ContentBasedDeduplication' || name === 'FifoTopic' ? value.toLowerCase() : value

const policyBytesMax = 30_720

function policyProblem(text: string): string | undefined {
  if (Buffer.byteLength(text) > policyBytesMax) return 'Policy Reason: Policy length exceeds the limit'
  let policy: any
  try {
    policy = JSON.parse(text)
  } catch {
    return 'Policy Error: null'
  }
  const statements: any[] = [policy?.Statement ?? []].flat()
  if (typeof policy !== 'object' || policy === null || statements.length === 0) return 'Policy Error: null'
  for (const statement of statements) {
    if (statement.Effect !== 'Allow' && statement.Effect !== 'Deny') return 'Policy Error: Effect'
    if (statement.Principal === undefined && statement.NotPrincipal === undefined) return 'Policy Error: PrincipalNotFound'
    for (const action of [statement.Action ?? statement.NotAction ?? []].flat()) {
      if (action !== '*' && !/^sns:/i.test(String(action))) return 'Policy statement action out of service scope!'
    }
  }
  return undefined
}
