import type { Input } from '../state.ts'
import { asyncPayloadBytesMax, InvalidRequestContentException, RequestTooLargeException, syncPayloadBytesMax } from '../state.ts'

/** The bytes of a request's payload; RequestTooLargeException where the kind of invocation takes no so large one. */
export function payloadOf(input: Pick<Input<'Invoke'>, 'Payload'>, type: string): Uint8Array {
  const given = input.Payload ?? ''
  const payload = typeof given === 'string' ? Buffer.from(given) : given as Uint8Array
  const max = type === 'Event' ? asyncPayloadBytesMax : syncPayloadBytesMax
  if (payload.byteLength > max) {
    throw new RequestTooLargeException(`${payload.byteLength} byte payload is too large for the ${type} invocation type (limit ${max} bytes)`)
  }
  return payload
}

/** Throws unless a payload is JSON, or none. */
export function checkJson(payload: Uint8Array): void {
  if (payload.byteLength === 0) return
  try {
    JSON.parse(Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).toString())
  } catch (error) {
    throw new InvalidRequestContentException(`Could not parse request body into json: Could not parse payload into json: ${(error as Error).message}`)
  }
}
