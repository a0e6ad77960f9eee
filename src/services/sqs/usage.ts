import type { Call } from '../../contracts/call.ts'

/** AWS counts each 64 KB of a request, or of what it answers, as one request. */
const unitBytes = 65_536

/** What a call is billed as: at least one request, standard or FIFO. */
export function usage({ operation, input }: Call, output: any): { usageType: string, quantity: number, unit: string }[] {
  const name: string = input.QueueUrl ?? input.QueueName ?? ''
  return [{ usageType: name.endsWith('.fifo') ? 'Requests-FIFO-Tier1' : 'Requests-Tier1', quantity: unitsOf(bytesOf(operation, input, output)),
    unit: 'Requests' }]
}

const unitsOf = (bytes: number) => Math.max(1, Math.ceil(bytes / unitBytes))

function bytesOf(operation: string, input: any, output: any): number {
  if (operation === 'SendMessage') return messageBytes(input.MessageBody, input.MessageAttributes)
  if (operation === 'SendMessageBatch') {
    return input.Entries.reduce((sum: number, entry: any) => sum + messageBytes(entry.MessageBody, entry.MessageAttributes), 0)
  }
  if (operation !== 'ReceiveMessage') return 0
  return (output.Messages ?? []).reduce((sum: number, message: any) => sum + messageBytes(message.Body, message.MessageAttributes), 0)
}

function messageBytes(body: string, attributes: Record<string, { DataType: string, StringValue?: string, BinaryValue?: Uint8Array }> = {}): number {
  let bytes = Buffer.byteLength(body)
  for (const [name, { DataType, StringValue = '', BinaryValue }] of Object.entries(attributes)) {
    bytes += name.length + DataType.length + (BinaryValue?.byteLength ?? Buffer.byteLength(StringValue))
  }
  return bytes
}
