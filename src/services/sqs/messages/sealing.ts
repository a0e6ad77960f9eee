import { sealWithKey, unsealWithKey } from '../../../platform/sealing.ts'
import { AwsError } from '../../../platform/errors.ts'
import { KmsAccessDenied, KmsDisabled, KmsInvalidKeyUsage, KmsInvalidState, KmsNotFound, type AttributeValue, type LiveQueue, type Message,
  type Sqs } from '../state.ts'
import type { Content } from './content.ts'
import { sha256 } from './md5.ts'

const reuseMsOf = ({ row }: LiveQueue): number => Number(row.attributes.KmsDataKeyReusePeriodSeconds ?? 300) * 1000

/** What is sealed of a message: what its sender wrote. */
interface Written { body: string, attributes?: Record<string, AttributeValue> }

/**
 * Seals what a message says under the queue's key of KMS, as its sender, who needs kms:GenerateDataKey and kms:Decrypt, as on AWS. The MD5s, the size and
 * the ids were made of the plain text before. A queue without a key leaves it as it is.
 */
export async function sealContents(sqs: Sqs, queue: LiveQueue, contents: readonly Content[]): Promise<readonly Content[]> {
  const keyId = queue.row.attributes.KmsMasterKeyId
  if (keyId === undefined || contents.length === 0) return contents
  const context = { 'aws:sqs:arn': queue.arn }
  try {
    const { key, keyArn, dataKey } = await sqs.state.dataKeys.toSeal(sqs, keyId, context, reuseMsOf(queue))
    await sqs.state.dataKeys.toOpen(sqs, { keyArn, dataKey }, context, reuseMsOf(queue))
    queue.sealedBy = { keyArn, dataKey, sealedFor: queue.arn }
    return contents.map(({ attributes, ...content }) => ({
      ...content, body: sealWithKey(key, textOf({ body: content.body, ...attributes && { attributes } }), queue.arn).toString('base64'),
      ...queue.settings.fifo && { deduplicationId: content.deduplicationId ?? sha256(content.body) }, sealed: { keyArn, dataKey, sealedFor: queue.arn },
    }))
  } catch (error) {
    throw kmsError(error)
  }
}

/** Throws where the caller may not open what was sent to a queue last: before it takes messages that it cannot read. */
export async function checkMayOpen(sqs: Sqs, queue: LiveQueue): Promise<void> {
  if (!queue.sealedBy || queue.row.attributes.KmsMasterKeyId === undefined) return
  await keyOf(sqs, queue, queue.sealedBy)
}

/** A message with what its sender wrote, as its receiver, who needs kms:Decrypt. */
export async function openMessage(sqs: Sqs, queue: LiveQueue, message: Message, body: string): Promise<{ message: Message, body: string }> {
  if (!message.sealed) return { message, body }
  const opened = unsealWithKey(await keyOf(sqs, queue, message.sealed), Buffer.from(body, 'base64'), message.sealed.sealedFor)
  if (!opened) throw new Error(`Message ${message.id} of ${queue.arn} does not open with its data key.`)
  const { body: text, attributes } = writtenIn(opened.toString())
  return { message: { ...message, ...attributes && { attributes } }, body: text }
}

async function keyOf(sqs: Sqs, queue: LiveQueue, sealed: NonNullable<Message['sealed']>): Promise<Uint8Array> {
  try {
    return await sqs.state.dataKeys.toOpen(sqs, sealed, { 'aws:sqs:arn': sealed.sealedFor }, reuseMsOf(queue))
  } catch (error) {
    throw kmsError(error)
  }
}

/** Bytes stand as base64 in the text that is sealed. */
function textOf({ body, attributes }: Written): string {
  const plain = attributes && Object.fromEntries(Object.entries(attributes).map(([name, { BinaryValue, ...value }]) =>
    [name, BinaryValue ? { ...value, binary: Buffer.from(BinaryValue).toString('base64') } : value]))
  return JSON.stringify({ body, attributes: plain })
}

function writtenIn(text: string): Written {
  const { body, attributes } = JSON.parse(text)
  if (!attributes) return { body }
  return {
    body, attributes: Object.fromEntries(Object.entries<any>(attributes).map(([name, { binary, ...value }]) =>
      [name, binary === undefined ? value : { ...value, BinaryValue: new Uint8Array(Buffer.from(binary, 'base64')) }])),
  }
}

const errors: Record<string, new (message: string) => AwsError> = {
  AccessDeniedException: KmsAccessDenied, DisabledException: KmsDisabled, NotFoundException: KmsNotFound, KMSInvalidStateException: KmsInvalidState,
  InvalidKeyUsageException: KmsInvalidKeyUsage, InvalidArnException: KmsNotFound,
}

/** SQS passes on what KMS says, under names of its own. */
function kmsError(error: unknown): unknown {
  const Failure = error instanceof AwsError ? errors[error.code] : undefined
  return Failure ? new Failure(`${(error as AwsError).message} (Service: AWSKMS; Status Code: 400; Error Code: ${(error as AwsError).code})`) : error
}
