import { parseArn } from '../../platform/arns.ts'
import { decodeToken } from '../../platform/pagination.ts'
import { placeOf, streamArn, streamName, type Kinesis, type NamesStream } from './state.ts'

const accountOf = (arn: string | undefined): string | undefined => arn === undefined ? undefined : parseArn(arn)?.account

/** Rules of operations that name a stream by name or ARN. */
export const onStream = {
  resource: (kinesis: Kinesis, input: NamesStream) => input.StreamARN ?? streamArn(kinesis, streamName(input)),
  resourceAccount: async (_: Kinesis, input: NamesStream) => accountOf(input.StreamARN),
  resourcePolicy: async (kinesis: Kinesis, input: NamesStream) => (await placeOf(kinesis, input).tables.streams.get(streamName(input)))?.policy,
}

/** ListShards and GetRecords may name their stream by a token alone. */
export const onTokenStream = (kind: string, token: (input: any) => string | undefined) => ({
  ...onStream,
  resource(kinesis: Kinesis, input: NamesStream) {
    const named = decodeToken(kind, token(input) ?? '')?.[0]
    if (input.StreamARN !== undefined) return input.StreamARN
    if (typeof named === 'string') return streamArn(kinesis, named)
    return input.StreamName === undefined ? '*' : onStream.resource(kinesis, input)
  },
  async resourcePolicy(kinesis: Kinesis, input: NamesStream) {
    return input.StreamARN === undefined ? undefined : onStream.resourcePolicy(kinesis, input)
  },
})

interface NamesConsumer extends NamesStream { ConsumerARN?: string | undefined, ConsumerName?: string | undefined }

export const onConsumer = {
  resource: (_: Kinesis, input: NamesConsumer) => input.ConsumerARN ?? `${input.StreamARN ?? '*'}/consumer/${input.ConsumerName ?? '*'}:*`,
  resourceAccount: async (_: Kinesis, input: NamesConsumer) => accountOf(input.ConsumerARN ?? input.StreamARN),
}

export const onResource = {
  resource: (_: Kinesis, input: { ResourceARN: string | undefined }) => input.ResourceARN ?? '*',
  resourceAccount: async (_: Kinesis, input: { ResourceARN: string | undefined }) => accountOf(input.ResourceARN),
}
