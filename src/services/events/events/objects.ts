import type { DomainEvent } from '../../../contracts/events.ts'
import { defaultBus, type Events } from '../state.ts'
import { eventTime, route } from './route.ts'

/** S3 tells EventBridge of an object of a bucket that is set up so. */
export const objectCreated = (events: Events, event: DomainEvent<'s3.object.created'>): Promise<void> => tell(events, event, 'Object Created', {})

export const objectRemoved = (events: Events, event: DomainEvent<'s3.object.removed'>): Promise<void> =>
  tell(events, event, 'Object Deleted', { 'deletion-type': event.data.deleteMarker ? 'Delete Marker Created' : 'Permanently Deleted' })

async function tell(events: Events, { id, at, data }: DomainEvent<'s3.object.created' | 's3.object.removed'>, type: string, more: object): Promise<void> {
  const created = 'sizeBytes' in data ? { size: data.sizeBytes, etag: data.etag } : {}
  await events.transact((inside: Events) => route(inside, defaultBus, {
    version: '0', id, 'detail-type': type, source: 'aws.s3', account: inside.account, time: eventTime(at), region: inside.region,
    resources: [`arn:${inside.partition}:s3:::${data.bucket}`],
    detail: {
      version: '0', bucket: { name: data.bucket },
      object: { key: data.key, ...created, ...data.versionId !== undefined && { 'version-id': data.versionId }, sequencer: data.sequencer },
      'request-id': data.requestId, requester: data.requester, 'source-ip-address': data.sourceIp, reason: data.reason, ...more,
    },
  }))
}
