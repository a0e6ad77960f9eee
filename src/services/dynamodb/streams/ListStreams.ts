import type { ListStreamsInput, ListStreamsOutput } from '@aws-sdk/client-dynamodb-streams'
import { pageOf } from '../../../platform/pagination.ts'
import { tableNameOf, type Db } from '../state.ts'
import { streamArn } from './stream.ts'

/** The streams of the account and region, or of one table: 100 a page at most. */
export async function ListStreams(db: Db, input: ListStreamsInput): Promise<ListStreamsOutput> {
  const [, table, label] = /:table\/([^/]+)\/stream\/(.+)$/.exec(input.ExclusiveStartStreamArn ?? '') ?? []
  const limit = input.Limit ?? 100
  const rows = await db.tables.streams.list({
    limit: limit + 1, ...input.TableName !== undefined && { prefix: [tableNameOf(input.TableName)] }, ...label !== undefined && { after: [table!, label] },
  })
  const { page, last } = pageOf(rows, limit)
  return {
    Streams: page.map(row => ({ StreamArn: streamArn(db, row.table, row.label), TableName: row.table, StreamLabel: row.label })),
    ...last && { LastEvaluatedStreamArn: streamArn(db, last.table, last.label) },
  }
}
