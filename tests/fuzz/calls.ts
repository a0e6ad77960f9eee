import { loadModel } from '../../src/protocol/model.ts'
import type { ServiceDefinition } from '../../src/platform/service.ts'
import { rooms } from '../../scripts/build-models.ts'
import type { TestCloud } from '../../src/testing/index.ts'
import { Plausible, zip } from './values.ts'

const callMs = 15_000

/** A client of the service, whose calls give up on an answer that does not come. */
async function clientOf(cloud: TestCloud, service: string): Promise<any> {
  if (rooms[service] === undefined) return ownClient(cloud, service)
  const sdk = await import(`@aws-sdk/client-${rooms[service]}`)
  const model = loadModel(service)!
  const name = Object.keys(sdk).find(each => each.endsWith('Client') && each !== '__Client' && typeof sdk[each] === 'function')!
  const client = new sdk[name]({ ...cloud.client, requestHandler: { requestTimeout: callMs } })
  return {
    send: (operation: string, input: object) => client.send(new sdk[`${operation}Command`](input)),
    knows: (operation: string) => `${operation}Command` in sdk && operation in model.operations,
    destroy: () => client.destroy(),
  }
}

/** Of a service whose SDK client is too old for our schemas: its operations, in-process, with the errors as an SDK has them. */
function ownClient(cloud: TestCloud, service: string) {
  const { operations } = loadModel(service)!
  const api = (cloud.aws() as any)[service]
  return {
    send: (operation: string, input: object) => api[operation](input).catch((error: Error & { status?: number }) => {
      throw Object.assign(error, { $metadata: { httpStatusCode: error.status ?? 500 } })
    }),
    knows: (operation: string) => operation in operations,
    destroy() {},
  }
}

/**
 * Calls every operation of the service so many times with plausible input, through the SDK; returns what went wrong: an answer of 500,
 * one that the SDK cannot read, or none. What the SDK itself refuses is no answer and no failure.
 */
export async function callOften(
  cloud: TestCloud, { name, operations }: ServiceDefinition, seed: number, rounds: number,
): Promise<{ failures: string[], good: number }> {
  const model = loadModel(name)!
  const client = await clientOf(cloud, name)
  const values = new Plausible(seed)
  const failures: string[] = []
  let good = 0
  const all = Object.keys(operations).filter(operation => client.knows(operation))
  // Things are made first and looked at afterwards; deletions come less often than what they delete.
  const chosen = () => {
    const operation = values.pick(all)
    return /^(Delete|Remove|Purge)/.test(operation) && values.next() < 0.85 ? values.pick(all) : operation
  }
  for (let n = 0; n < rounds * all.length; n++) {
    // What was deleted comes again.
    if (n % 50 === 0) await furnish(cloud)
    const operation = chosen()
    const input = values.input(model, operation)
    // The SDK sends a wrong length as it is, and what is too much becomes the next request of its connection.
    delete input.ContentLength
    try {
      const output = await client.send(operation, input)
      good++
      values.learn(output)
      values.learn(input)
      await (output.Body?.transformToByteArray?.() ?? undefined)
    } catch (error: any) {
      const status = error.$metadata?.httpStatusCode
      const isBad = status === undefined ? isUnanswered(error) : status === 500 || status > 503 || (status < 400 && error.$response !== undefined)
      if (isBad) failures.push(`${name} ${operation} ${text(input)} -> ${status} ${error.name}: ${String(error.message).slice(0, 200)}`)
    }
  }
  client.destroy()
  return { failures, good }
}

const isUnanswered = (error: any) => /TimeoutError|ECONNRESET|ECONNREFUSED|EPIPE|socket hang up/.test(`${error.name} ${error.code} ${error.message}`)

const text = (input: unknown) => JSON.stringify(
  input,
  (_, value) => typeof value === 'bigint' ? String(value) : typeof value === 'string' && value.length > 200 ? `${value.slice(0, 200)}...` : value,
).slice(0, 1500)

const template = '{"Resources":{"Q":{"Type":"AWS::SQS::Queue"}}}'

/** Things that inputs can name: a role, a bucket, a table, a queue, a log group, a function, an API. */
export async function furnish(cloud: TestCloud): Promise<void> {
  const { iam, s3, dynamodb, sqs, logs, lambda, apigatewayv2, kinesis, events, serverlessrepo } = cloud.aws() as any
  const role = {
    RoleName: 'fuzzed',
    AssumeRolePolicyDocument: JSON.stringify({
      Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com', AWS: '*' }, Action: 'sts:AssumeRole' }],
    }),
  }
  const making = [
    iam.CreateRole(role), s3.CreateBucket({ Bucket: 'fuzzed' }), sqs.CreateQueue({ QueueName: 'fuzzed' }), logs.CreateLogGroup({ logGroupName: 'fuzzed' }),
    kinesis.CreateStream({ StreamName: 'fuzzed', ShardCount: 1 }), events.PutRule({ Name: 'fuzzed', ScheduleExpression: 'rate(1 hour)' }),
    serverlessrepo.CreateApplication({ Name: 'fuzzed', Author: 'fuzzed', Description: 'fuzzed', SemanticVersion: '1.0.0', TemplateBody: template }),
    apigatewayv2.CreateApi({ Name: 'fuzzed', ProtocolType: 'HTTP', Target: 'https://example.com' }),
    dynamodb.CreateTable({
      TableName: 'fuzzed', KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }], AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      BillingMode: 'PAY_PER_REQUEST',
    }),
    lambda.CreateFunction({
      FunctionName: 'fuzzed', Runtime: 'nodejs24.x', Handler: 'index.handler', Role: 'arn:aws:iam::000000000000:role/fuzzed', Code: { ZipFile: zip },
    }),
  ]
  // One that is there is as good as a new one.
  await Promise.allSettled(making)
}

/** Lets the cloud's time pass while something waits by it. */
export function ticking(cloud: TestCloud): () => Promise<void> {
  let isOver = false
  const ticks = (async () => {
    while (!isOver) {
      await cloud.clock.advance(1000)
      await new Promise(resolve => setTimeout(resolve, 5))
    }
  })()
  return () => {
    isOver = true
    return ticks
  }
}
