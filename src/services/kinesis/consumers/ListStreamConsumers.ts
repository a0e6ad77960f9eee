import { decodeToken, encodeToken, pageOf } from '../../../platform/pagination.ts'
import { ExpiredNextTokenException, streamNamed, type Input, type Kinesis, type Output } from '../state.ts'
import { consumerView } from './consumer.ts'

/** The consumers of a stream by name: 100 a page where MaxResults is not given. */
export async function ListStreamConsumers(kinesis: Kinesis, input: Input<'ListStreamConsumers'>): Promise<Output<'ListStreamConsumers'>> {
  const stream = await streamNamed(kinesis, input)
  const position = input.NextToken === undefined ? undefined : decodeToken('ListStreamConsumers', input.NextToken)
  if (input.NextToken !== undefined && !position) throw new ExpiredNextTokenException('The NextToken is not valid or has expired.')
  const limit = Math.min(input.MaxResults ?? 100, 100)
  const rows = await kinesis.tables.consumers.list({ prefix: [stream.name], limit: limit + 1, ...position && { after: [stream.name, position[0]!] } })
  const { page, last } = pageOf(rows, limit)
  return { Consumers: page.map(consumerView), ...last && { NextToken: encodeToken('ListStreamConsumers', [last.name]) } }
}
