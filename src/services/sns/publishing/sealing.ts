import { AwsError } from '../../../platform/errors.ts'
import { sealWithKey, unsealWithKey } from '../../../platform/sealing.ts'
import { decodeValue, encodeValue } from '../../../platform/value-encoding.ts'
import {
  KMSAccessDeniedException, KMSDisabledException, KMSInvalidStateException, KMSNotFoundException, type Message, type SealedMessage, type Sns, type TopicRow,
} from '../state.ts'

const reuseMs = 5 * 60_000

const contextOf = (topicArn: string) => ({ 'aws:sns:topicArn': topicArn })

/**
 * How messages of a topic wait for their delivery: sealed under its key of KMS, as their publisher, who needs kms:GenerateDataKey and kms:Decrypt; or as
 * they are.
 */
export async function messageSealer(sns: Sns, topic: TopicRow): Promise<(message: Message) => Message | SealedMessage> {
  const keyId = topic.attributes.KmsMasterKeyId
  if (!keyId) return message => message
  const { dataKeys } = sns.state
  try {
    const { key, ...sealed } = await dataKeys.toSeal(sns, keyId, contextOf(topic.arn), reuseMs)
    await dataKeys.toOpen(sns, sealed, contextOf(topic.arn), reuseMs)
    return message => ({
      id: message.id, topicArn: message.topicArn, ...message.group !== undefined && { group: message.group },
      sealed: { bytes: new Uint8Array(sealWithKey(key, encodeValue(message), message.id)), ...sealed, by: sns.principal },
    })
  } catch (error) {
    throw kmsError(error)
  }
}

/** A message that waited. Undefined where its key is gone, and the message with it; while the key is disabled it throws, and the delivery waits. */
export async function openMessage(sns: Sns, message: Message | SealedMessage): Promise<Message | undefined> {
  if (!('sealed' in message)) return message
  const { bytes, by, ...sealed } = message.sealed
  try {
    const publisher = { aws: sns.as({ principal: by }), now: () => sns.now(), principal: by }
    const key = await sns.state.dataKeys.toOpen(publisher, sealed, contextOf(message.topicArn), reuseMs)
    const opened = unsealWithKey(key, bytes, message.id)
    return opened && decodeValue(opened) as Message
  } catch (error) {
    if (!(error instanceof AwsError) || error.code !== 'NotFoundException') throw error
    return undefined
  }
}

const errors: Record<string, new (message: string) => AwsError> = {
  AccessDeniedException: KMSAccessDeniedException, DisabledException: KMSDisabledException, NotFoundException: KMSNotFoundException, KMSInvalidStateException,
  InvalidArnException: KMSNotFoundException,
}

/** SNS passes on what KMS says, under names of its own. */
function kmsError(error: unknown): unknown {
  const Failure = error instanceof AwsError ? errors[error.code] : undefined
  return Failure ? new Failure(`${(error as AwsError).message} (Service: AWSKMS; Status Code: 400; Error Code: ${(error as AwsError).code})`) : error
}
