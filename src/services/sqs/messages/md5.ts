import { createHash, hash } from 'node:crypto'
import type { AttributeValue } from '../state.ts'

/** What content-based deduplication goes by. */
export const sha256 = (text: string): string => hash('sha256', text)

export const md5 = (text: string): string => hash('md5', text)

/**
 * The MD5 of message attributes, by which SDKs check what arrived: for each name in order the name, the data type, a byte for the kind of
 * its value (1 text, 2 binary) and the value, with their lengths in four bytes. The algorithm is in the developer guide of SQS.
 */
export function md5OfAttributes(attributes: Record<string, AttributeValue>): string {
  const digest = createHash('md5')
  const length = Buffer.alloc(4)
  const add = (bytes: Uint8Array) => {
    length.writeUInt32BE(bytes.byteLength)
    digest.update(length).update(bytes)
  }
  for (const name of Object.keys(attributes).sort()) {
    const { DataType, StringValue, BinaryValue } = attributes[name]!
    add(Buffer.from(name))
    add(Buffer.from(DataType))
    digest.update(DataType.startsWith('Binary') ? '\x02' : '\x01')
    add(BinaryValue ?? Buffer.from(StringValue ?? ''))
  }
  return digest.digest('hex')
}
