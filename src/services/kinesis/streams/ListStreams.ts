import { decodeToken, encodeToken, pageOf } from '../../../platform/pagination.ts'
import { ExpiredNextTokenException, type Input, type Kinesis, type Output } from '../state.ts'
import { streamView } from './stream.ts'

/** The streams of the account and region by name: 100 a page where no Limit is given. */
export async function ListStreams(kinesis: Kinesis, input: Input<'ListStreams'>): Promise<Output<'ListStreams'>> {
  const position = input.NextToken === undefined ? undefined : decodeToken('ListStreams', input.NextToken)
  if (input.NextToken !== undefined && !position) throw new ExpiredNextTokenException('The NextToken is not valid or has expired.')
  const after = (position?.[0] as string | undefined) ?? input.ExclusiveStartStreamName
  const limit = Math.min(input.Limit ?? 100, 10_000)
  const rows = await kinesis.tables.streams.list({ limit: limit + 1, ...after !== undefined && { after: [after] } })
  const { page, last } = pageOf(rows, limit)
  return {
    StreamNames: page.map(row => row.name), StreamSummaries: page.map(row => streamView(kinesis, row)), HasMoreStreams: last !== undefined,
    ...last && { NextToken: encodeToken('ListStreams', [last.name]) },
  }
}
