import { parseArn } from '../../../platform/arns.ts'
import type { S3Scope } from '../state.ts'

/** An event of an object on its way to a destination. */
export interface ObjectEvent {
  to: string
  configurationId: string
  name: string
  bucket: string
  key: string
  sequencer: string
  sizeBytes?: number
  etag?: string
  versionId?: string
  requester: string
  requestId: string
  sourceIp: string
  atMs: number
}

const attemptsMax = 10
const lasting = new Set([
  'AccessDenied', 'AccessDeniedException', 'ResourceNotFoundException', 'QueueDoesNotExist', 'NotFoundException', 'NotFound', 'NotImplemented',
])

/** Hands an event to its destination, as S3; one that cannot be delivered is tried again some times, then dropped, as AWS does. */
export async function notify(s3: S3Scope, event: ObjectEvent, { attempts }: { attempts: number }): Promise<void> {
  try {
    await send(s3, event.to, event.bucket, JSON.stringify({ Records: [record(s3, event)] }))
  } catch (error) {
    if (!lasting.has((error as Error).name) && attempts < attemptsMax) throw error
    s3.log.warn('a notification of a bucket could not be delivered', { bucket: event.bucket, key: event.key, to: event.to, error: String(error) })
  }
}

/** Sends a text to a function, a queue or a topic, which must let S3 do that for the bucket. */
export async function send(s3: S3Scope, to: string, bucket: string, text: string, isTrial = false): Promise<void> {
  const aws = s3.as({ service: 's3.amazonaws.com', sourceArn: `arn:${s3.partition}:s3:::${bucket}` })
  const { service, account, resource } = parseArn(to)!
  if (service === 'lambda') await aws.lambda.Invoke({ FunctionName: to, InvocationType: isTrial ? 'DryRun' : 'Event', Payload: Buffer.from(text) })
  else if (service === 'sqs') await aws.sqs.SendMessage({ QueueUrl: `${s3.config.endpoint}/${account}/${resource}`, MessageBody: text })
  else await aws.sns.Publish({ TopicArn: to, Message: text, Subject: 'Amazon S3 Notification' })
}

/** The record of an event, version 2.1. Keys are written as in a form: spaces as plus signs. */
function record(s3: S3Scope, event: ObjectEvent) {
  return {
    eventVersion: '2.1', eventSource: 'aws:s3', awsRegion: s3.region, eventTime: new Date(event.atMs).toISOString(), eventName: event.name,
    userIdentity: { principalId: event.requester }, requestParameters: { sourceIPAddress: event.sourceIp },
    responseElements: { 'x-amz-request-id': event.requestId, 'x-amz-id-2': Buffer.from(event.requestId).toString('base64') },
    s3: {
      s3SchemaVersion: '1.0', configurationId: event.configurationId,
      bucket: { name: event.bucket, ownerIdentity: { principalId: s3.account }, arn: `arn:${s3.partition}:s3:::${event.bucket}` },
      object: {
        key: encodeURIComponent(event.key).replaceAll('%20', '+').replaceAll('%2F', '/'), ...event.sizeBytes !== undefined && { size: event.sizeBytes },
        ...event.etag !== undefined && { eTag: event.etag }, ...event.versionId !== undefined && { versionId: event.versionId }, sequencer: event.sequencer,
      },
    },
  }
}
