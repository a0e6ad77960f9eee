import { ReceiptHandleIsInvalid, type LiveQueue, type Message } from '../state.ts'

/** What a receipt handle says: of which message, and of which of its receives. */
export interface Receipt { data: number, seq: number, receives: number, group: string | undefined }

const prefix = 'AQEB'

export const receiptHandle = (queue: LiveQueue, message: Message): string =>
  prefix +
    Buffer.from(`${queue.row.id} ${message.q} ${message.seq} ${message.receives}${message.group === undefined ? '' : ` ${message.group}`}`).toString('base64')

/** Throws ReceiptHandleIsInvalid for what this queue did not hand out. */
export function receiptOf(queue: LiveQueue, handle: string): Receipt {
  const text = handle.startsWith(prefix) ? Buffer.from(handle.slice(prefix.length), 'base64').toString() : ''
  const parts = /^(\d+) (\d+) (\d+) (\d+)(?: (.+))?$/s.exec(text)
  if (!parts || Number(parts[1]) !== queue.row.id) throw new ReceiptHandleIsInvalid(`The input receipt handle "${handle}" is not a valid receipt handle.`)
  return { data: Number(parts[2]), seq: Number(parts[3]), receives: Number(parts[4]), group: parts[5] }
}
