import { AwsError } from '../../../platform/errors.ts'
import type { BucketRow } from '../state.ts'

/** Where the events of a bucket go. Kept in its row; `to` is the ARN of a function, a queue or a topic. */
export interface Notification { id: string, to: string, events: string[], prefix: string, suffix: string }
export interface Notifications { destinations: Notification[], eventBridge: boolean }

export const notificationsOf = (bucket: BucketRow): Notifications | undefined => bucket.configuration.notifications

/** Why an object's events happen, and their names for it. */
const names: Record<string, string> = {
  PutObject: 'ObjectCreated:Put', 'POST Object': 'ObjectCreated:Post', CopyObject: 'ObjectCreated:Copy',
  CompleteMultipartUpload: 'ObjectCreated:CompleteMultipartUpload',
}

export const createdName = (reason: string): string => names[reason] ?? 'ObjectCreated:Put'
export const removedName = (reason: string, isMarker: boolean): string =>
  `${reason.startsWith('Lifecycle') ? 'LifecycleExpiration' : 'ObjectRemoved'}:${isMarker ? 'DeleteMarkerCreated' : 'Delete'}`

const known = new Set([
  's3:ObjectCreated:*', 's3:ObjectCreated:Put', 's3:ObjectCreated:Post', 's3:ObjectCreated:Copy', 's3:ObjectCreated:CompleteMultipartUpload',
  's3:ObjectRemoved:*',
  's3:ObjectRemoved:Delete', 's3:ObjectRemoved:DeleteMarkerCreated', 's3:LifecycleExpiration:*', 's3:LifecycleExpiration:Delete',
  's3:LifecycleExpiration:DeleteMarkerCreated',
])

const covers = (wanted: string, name: string): boolean => wanted === `s3:${name}` || (wanted.endsWith(':*') && `s3:${name}`.startsWith(wanted.slice(0, -1)))

/** The destinations that an event of a key goes to. */
export const destinationsFor = ({ destinations }: Notifications, name: string, key: string): Notification[] =>
  destinations.filter(({ events, prefix, suffix }) => key.startsWith(prefix) && key.endsWith(suffix) && events.some(wanted => covers(wanted, name)))

export const invalidArgument = (message: string): AwsError => new AwsError('InvalidArgument', message)

/** Refuses events that are not there, and two destinations that would both get one. */
export function checkNotifications(destinations: readonly Notification[]): void {
  for (const { events } of destinations) {
    const unknown = events.find(event => !known.has(event))
    if (unknown !== undefined) throw invalidArgument(`The event ${unknown} is not supported for notifications.`)
  }
  destinations.forEach((one, at) => {
    if (destinations.slice(at + 1).some(other => overlap(one, other))) {
      throw invalidArgument('Configurations overlap. Configurations on the same bucket cannot share a common event type.')
    }
  })
}

function overlap(one: Notification, other: Notification): boolean {
  const share = (a: string, b: string) => covers(a, b.slice('s3:'.length)) || covers(b, a.slice('s3:'.length))
  return one.events.some(a => other.events.some(b => share(a, b))) && (one.prefix.startsWith(other.prefix) || other.prefix.startsWith(one.prefix))
    && (one.suffix.endsWith(other.suffix) || other.suffix.endsWith(one.suffix))
}
