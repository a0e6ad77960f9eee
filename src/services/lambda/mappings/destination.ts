import type { Aws } from '../../../contracts/aws.ts'
import { queueUrl } from '../async/destinations.ts'
import { functionArn } from '../names.ts'
import type { Lambda } from '../state.ts'
import type { Handled } from './invocation.ts'
import type { MappingRow } from './rows.ts'
import type { StreamRecord } from './streams.ts'

export interface Failure { condition: 'RetryAttemptsExhausted' | 'RecordAgeExceeded', attempts: number, handled?: Handled }

/** Tells the on-failure destination of a mapping of records that were given up: where they are in the stream; a bucket gets their events, too. */
export async function sendFailure(
  lambda: Lambda, aws: Aws, mapping: MappingRow, shard: string, batch: StreamRecord[], { condition, attempts, handled }: Failure,
): Promise<void> {
  const { name, qualifier } = mapping.function
  const [first, last] = [batch[0]!, batch.at(-1)!]
  const ran = handled?.kind === 'failed' ? handled.ran : undefined
  const record = {
    requestContext: { requestId: lambda.newId(), functionArn: functionArn(lambda, name, qualifier), condition, approximateInvokeCount: attempts },
    ...ran && { responseContext: { statusCode: 200, executedVersion: ran.version, functionError: ran.functionError } },
    version: '1.0', timestamp: new Date(lambda.now()).toISOString(),
    [mapping.kind === 'kinesis' ? 'KinesisBatchInfo' : 'DDBStreamBatchInfo']: {
      shardId: shard, startSequenceNumber: first.sequence, endSequenceNumber: last.sequence, approximateArrivalOfFirstRecord: new Date(first.at).toISOString(),
      approximateArrivalOfLastRecord: new Date(last.at).toISOString(), batchSize: batch.length, streamArn: mapping.sourceArn,
    },
  }
  const destination = mapping.onFailure!
  if (/^arn:[^:]+:sqs:/.test(destination)) {
    await aws.sqs.SendMessage({ QueueUrl: queueUrl(lambda, destination), MessageBody: JSON.stringify(record) })
    return
  }
  if (/^arn:[^:]+:sns:/.test(destination)) {
    await aws.sns.Publish({ TopicArn: destination, Message: JSON.stringify(record) })
    return
  }
  const at = new Date(lambda.now()).toISOString().slice(0, 19).replaceAll(':', '.')
  await aws.s3.PutObject({
    Bucket: destination.split(':').at(-1)!, Key: `aws/lambda/${mapping.uuid}/${shard}/${at}-${lambda.newId()}`,
    Body: Buffer.from(JSON.stringify({ ...record, payload: JSON.stringify({ Records: batch.map(({ event }) => event) }) })) as never,
  })
}
