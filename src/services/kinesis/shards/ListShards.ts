import { decodeToken, encodeToken, pageOf } from '../../../platform/pagination.ts'
import {
  ExpiredNextTokenException, InvalidArgumentException, placeOf, ResourceNotFoundException, streamNamed, trimBefore, type Input, type Kinesis, type Output,
  type ShardRow, type StreamRow,
} from '../state.ts'
import { isOpen, shardsOf, shardView } from './shard.ts'

const tokenLifeMs = 300_000

/** The shards of a stream, 1,000 a page at most; a token holds for five minutes and names the stream by itself. */
export async function ListShards(caller: Kinesis, input: Input<'ListShards'>): Promise<Output<'ListShards'>> {
  const kinesis = placeOf(caller, input)
  const token = input.NextToken === undefined ? undefined : readToken(kinesis, input.NextToken)
  if (token && (input.StreamName !== undefined || input.StreamARN !== undefined)) {
    throw new InvalidArgumentException('NextToken and StreamName cannot be provided together.')
  }
  const stream = await streamNamed(kinesis, token ? { StreamName: token.stream } : input)
  if (input.StreamCreationTimestamp && Math.trunc(input.StreamCreationTimestamp.getTime() / 1000) !== Math.trunc(stream.createdAt / 1000)) {
    throw new ResourceNotFoundException(`Stream ${stream.name} under account ${kinesis.account} not found.`)
  }
  const after = token?.after ?? input.ExclusiveStartShardId ?? ''
  const matching = await filtered(kinesis, stream, input.ShardFilter)
  const { page, last } = pageOf(matching.filter(shard => shard.shard > after), Math.min(input.MaxResults ?? 1000, 1000))
  return { Shards: page.map(shardView), ...last && { NextToken: encodeToken('ListShards', [stream.name, last.shard, kinesis.now()]) } }
}

function readToken(kinesis: Kinesis, text: string): { stream: string, after: string } {
  const parts = decodeToken('ListShards', text)
  if (!parts) throw new InvalidArgumentException('The NextToken is not valid.')
  if (kinesis.now() - (parts[2] as number) > tokenLifeMs) throw new ExpiredNextTokenException('The pagination token passed to the operation is expired.')
  return { stream: parts[0] as string, after: parts[1] as string }
}

async function filtered(kinesis: Kinesis, stream: StreamRow, filter: Input<'ListShards'>['ShardFilter']): Promise<ShardRow[]> {
  const shards = await shardsOf(kinesis, stream)
  const trim = trimBefore(kinesis, stream)
  const openAt = (ms: number) => (shard: ShardRow) => shard.createdAt <= ms && (shard.closedAt === undefined || shard.closedAt >= ms)
  switch (filter?.Type) {
    case 'AFTER_SHARD_ID':
      return shards.filter(shard => shard.shard > (filter.ShardId ?? missing('ShardId')))
    case 'AT_LATEST':
      return shards.filter(isOpen)
    case 'AT_TRIM_HORIZON':
      // A stream younger than its retention has its horizon at its creation.
      return shards.filter(openAt(Math.max(trim, stream.createdAt)))
    case 'AT_TIMESTAMP':
      return shards.filter(openAt((filter.Timestamp ?? missing('Timestamp')).getTime()))
    case 'FROM_TIMESTAMP': {
      const from = Math.max(trim, (filter.Timestamp ?? missing('Timestamp')).getTime())
      return shards.filter(shard => shard.closedAt === undefined || shard.closedAt >= from)
    }
    default:
      return shards
  }
}

function missing(name: string): never {
  throw new InvalidArgumentException(`${name} must be provided for this type of ShardFilter.`)
}
