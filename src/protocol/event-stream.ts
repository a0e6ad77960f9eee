import { Readable } from 'node:stream'
import { crc32 } from 'node:zlib'
import type { HttpResponse } from '../contracts/call.ts'
import { AwsError } from '../platform/errors.ts'
import { structureOf, type Member, type ServiceModel, type ShapeRef } from './model.ts'
import { toBytes } from './values.ts'

/** A header of a frame, typed as the value is: text, a flag, an integer, bytes or a time. */
export type FrameHeader = string | boolean | number | bigint | Uint8Array | Date

/** Writes a frame of application/vnd.amazon.eventstream: lengths, headers, payload, and the checksums over them. */
export function encodeFrame(headers: Record<string, FrameHeader>, payload: Uint8Array): Buffer {
  const fields = Buffer.concat(Object.entries(headers).map(([name, value]) => encodeHeader(name, value)))
  const frame = Buffer.alloc(16 + fields.length + payload.length)
  frame.writeUInt32BE(frame.length, 0)
  frame.writeUInt32BE(fields.length, 4)
  frame.writeUInt32BE(crc32(frame.subarray(0, 8)), 8)
  fields.copy(frame, 12)
  frame.set(payload, 12 + fields.length)
  frame.writeUInt32BE(crc32(frame.subarray(0, frame.length - 4)), frame.length - 4)
  return frame
}

function encodeHeader(name: string, value: FrameHeader): Buffer {
  const key = Buffer.from(name)
  return Buffer.concat([Buffer.from([key.length]), key, encodeHeaderValue(value)])
}

function encodeHeaderValue(value: FrameHeader): Buffer {
  if (typeof value === 'boolean') return Buffer.from([value ? 0 : 1])
  if (typeof value === 'string' || value instanceof Uint8Array) {
    const bytes = Buffer.from(value as string)
    const head = Buffer.from([value instanceof Uint8Array ? 6 : 7, 0, 0])
    head.writeUInt16BE(bytes.length, 1)
    return Buffer.concat([head, bytes])
  }
  const isSmall = typeof value === 'number' && Number.isInteger(value) && Math.abs(value) < 2 ** 31
  const number = Buffer.alloc(isSmall ? 5 : 9)
  number[0] = value instanceof Date ? 8 : isSmall ? 4 : 5
  if (isSmall) number.writeInt32BE(value, 1)
  else number.writeBigInt64BE(value instanceof Date ? BigInt(value.getTime()) : BigInt(value), 1)
  return number
}

/** Writes a structure (or only these members of it) as the body of an event in the protocol at hand. */
export type WriteBody = (shape: ShapeRef, members: Member[]) => (value: any) => string | Uint8Array

export interface EventProtocol {
  contentType: string
  write: WriteBody
  /** An RPC protocol tells the output's other members in a frame of its own, before the first event. */
  hasInitialResponse: boolean
}

type Encode = (value: any) => Buffer

/** The output member that holds a stream of events; undefined where an output has none. */
export function eventsMember(model: ServiceModel, output: ShapeRef): Member | undefined {
  return structureOf(model, output)?.members.find(member => {
    const shape = typeof member.shape === 'number' ? model.shapes[member.shape]! : undefined
    return shape?.type === 'union' && shape.streaming
  })
}

/** Compiles the writer of an output with events: `first` writes its other members. The events are an async iterable of one-member objects. */
export function eventStreamWriter(model: ServiceModel, member: Member, protocol: EventProtocol, first: (output: any, requestId: string) => HttpResponse) {
  const variants = new Map(structureOf(model, member.shape)!.members.map(variant => [variant.name, eventEncoder(model, variant, protocol)]))
  const exceptions = new Map<string, Encode>()
  for (const [code, { shape }] of Object.entries(model.errors)) {
    const write = protocol.write(shape, structureOf(model, shape)?.members ?? [])
    const headers = { ':message-type': 'exception', ':exception-type': code, ':content-type': protocol.contentType }
    exceptions.set(code, fields => encodeFrame(headers, toBytes(write(fields))))
  }
  return (output: any, requestId: string): HttpResponse => {
    const { [member.name]: events, ...others } = output
    const response = first(others, requestId)
    const initial = protocol.hasInitialResponse
      ? encodeFrame(
        { ':message-type': 'event', ':event-type': 'initial-response', ':content-type': protocol.contentType },
        toBytes(response.body as string | Uint8Array),
      )
      : undefined
    return {
      status: response.status, headers: { ...response.headers, 'content-type': 'application/vnd.amazon.eventstream' },
      body: Readable.from(frames(initial, events ?? [], variants, exceptions), { objectMode: false }),
    }
  }
}

async function* frames(
  initial: Buffer | undefined, events: AsyncIterable<any>, variants: Map<string, Encode>, exceptions: Map<string, Encode>,
): AsyncGenerator<Buffer> {
  if (initial) yield initial
  try {
    for await (const event of events) {
      const name = Object.keys(event).find(key => event[key] !== undefined && variants.has(key))
      if (name !== undefined) yield variants.get(name)!(event[name])
    }
  } catch (error) {
    // The status has been sent: what goes wrong now can only be told as a frame.
    const known = error instanceof AwsError ? exceptions.get(error.code) : undefined
    if (known) yield known({ message: (error as AwsError).message, Message: (error as AwsError).message, ...(error as AwsError).fields })
    else if (error instanceof AwsError) yield encodeFrame(
      { ':message-type': 'error', ':error-code': error.code, ':error-message': error.message.slice(0, 8192) }, Buffer.alloc(0),
    )
    else yield encodeFrame({ ':message-type': 'error', ':error-code': 'InternalFailure', ':error-message': 'An internal error occurred.' }, Buffer.alloc(0))
  }
}

function eventEncoder(model: ServiceModel, variant: Member, protocol: EventProtocol): Encode {
  const members = structureOf(model, variant.shape)?.members ?? []
  const inHeaders = members.filter(member => member.eventHeader)
  const payload = members.find(member => member.eventPayload)
  const rest = members.filter(member => !member.eventHeader)
  const code = Object.entries(model.errors).find(([, error]) => error.shape === variant.shape)?.[0]
  const kind: Record<string, FrameHeader> = code === undefined
    ? { ':message-type': 'event', ':event-type': variant.name }
    : { ':message-type': 'exception', ':exception-type': variant.name }
  const write = payload ? payloadWriter(model, payload, protocol) : bodyWriter(variant.shape, rest, protocol)
  return event => {
    const { type, body } = write(event)
    const headers: Record<string, FrameHeader> = { ...kind, ...type !== undefined && { ':content-type': type } }
    for (const { name } of inHeaders) if (event[name] !== undefined) headers[name] = event[name]
    return encodeFrame(headers, body)
  }
}

type WriteEvent = (event: any) => { type?: string, body: Buffer }

function bodyWriter(shape: ShapeRef, members: Member[], protocol: EventProtocol): WriteEvent {
  // An event without members (S3's End) has no payload, and no type of one.
  if (members.length === 0) return () => ({ body: Buffer.alloc(0) })
  const write = protocol.write(shape, members)
  return event => ({ type: protocol.contentType, body: toBytes(write(event)) })
}

function payloadWriter(model: ServiceModel, payload: Member, protocol: EventProtocol): WriteEvent {
  const { name, shape } = payload
  if (shape === 'blob' || shape === 'string') {
    const type = shape === 'blob' ? 'application/octet-stream' : 'text/plain'
    return event => ({ type, body: toBytes(event[name] ?? '') })
  }
  const write = protocol.write(shape, structureOf(model, shape)?.members ?? [])
  return event => ({ type: protocol.contentType, body: toBytes(write(event[name] ?? {})) })
}
