import { createHash } from 'node:crypto'
import type { _Record as StreamRecord } from '@aws-sdk/client-dynamodb-streams'
import { keyAttributes } from '../items/keys.ts'
import type { Db, StreamRecordRow, TableRow, ViewType } from '../state.ts'
import { itemSizeBytes, type Item } from '../values/attribute-value.ts'
import { logOf, notifyReaders } from './stream.ts'

interface Change { old: Item | undefined, next: Item | undefined, isExpiry?: boolean }

/** Adds the change of an item to the table's stream, in the transaction of the change. */
export async function recordChange(db: Db, table: TableRow, { old, next, isExpiry }: Change): Promise<void> {
  const stream = await db.tables.streams.get(table.name, table.stream!.label)
  if (!stream) return
  const log = logOf(stream)
  const newest = async () => (await db.tables.streamRecords.list({ prefix: [log], reverse: true, limit: 1 }))[0]?.sequence
  const [sequence] = await db.state.sequences.allot(db, log, 1, newest)
  const row: StreamRecordRow = {
    log, sequence: sequence!, at: db.now(), event: !old ? 'INSERT' : next ? 'MODIFY' : 'REMOVE', keys: keyAttributes(table, (next ?? old)!),
    ...next && shows('NEW_IMAGE', stream.viewType) && { newImage: next }, ...old && shows('OLD_IMAGE', stream.viewType) && { oldImage: old },
    ...isExpiry && { isExpiry },
  }
  await db.tables.streamRecords.put(row)
  notifyReaders(db, table.name, stream.label, stream)
}

const shows = (image: 'NEW_IMAGE' | 'OLD_IMAGE', view: ViewType) => view === image || view === 'NEW_AND_OLD_IMAGES'

/** A record as GetRecords gives it, in the form that functions see as well. */
export function recordView(db: Db, row: StreamRecordRow, viewType: ViewType): StreamRecord {
  const { keys, newImage, oldImage } = row
  return {
    eventID: createHash('md5').update(`${row.log}/${row.sequence}`).digest('hex'), eventName: row.event, eventVersion: '1.1', eventSource: 'aws:dynamodb',
    awsRegion: db.region,
    dynamodb: {
      // AWS tells the time of a change in whole seconds.
      ApproximateCreationDateTime: new Date(Math.trunc(row.at / 1000) * 1000), Keys: keys as any,
      ...newImage && { NewImage: newImage as any }, ...oldImage && { OldImage: oldImage as any }, SequenceNumber: row.sequence,
      SizeBytes: [keys, newImage, oldImage].reduce((sum, item) => sum + (item ? itemSizeBytes(item) : 0), 0), StreamViewType: viewType,
    },
    ...row.isExpiry && { userIdentity: { PrincipalId: 'dynamodb.amazonaws.com', Type: 'Service' } },
  }
}
