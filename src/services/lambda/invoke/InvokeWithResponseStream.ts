import type { InvokeWithResponseStreamResponseEvent } from '@aws-sdk/client-lambda'
import { functionArn, functionName, scopeOf } from '../names.ts'
import type { Input, Lambda, Output } from '../state.ts'
import { checkTenant } from '../tenancy/tenant.ts'
import { checkJson, payloadOf } from './payload.ts'
import type { Ran } from './run.ts'
import type { Opened } from './stream.ts'
import { runStreamed } from './stream.ts'

/** Invokes a function and hands on its answer as it comes; of a function that does not stream, at its end. */
export async function InvokeWithResponseStream(caller: Lambda, input: Input<'InvokeWithResponseStream'>): Promise<Output<'InvokeWithResponseStream'>> {
  const lambda = scopeOf(caller, input.FunctionName)
  const { name, qualifier } = functionName(lambda, input.FunctionName, input.Qualifier)
  const payload = payloadOf(input, 'RequestResponse')
  const loaded = await lambda.state.cache.get(lambda, name, qualifier)
  checkJson(payload)
  checkTenant(loaded.row, input.TenantId)
  if (input.InvocationType === 'DryRun') return { StatusCode: 204 }
  await lambda.state.limits.rate(lambda, functionArn(lambda, name), loaded.fn.reservedConcurrency)
  const event = payload.byteLength > 0 ? payload : Buffer.from('{}')
  const work = {
    name, qualifier, payload: event, clientContext: input.ClientContext, requestId: lambda.requestId, tenantId: input.TenantId,
    wantsLog: input.LogType === 'Tail'
  }
  const { opened, ran } = runStreamed(lambda, loaded, work, lambda.signal)
  const stream = await opened
  return {
    StatusCode: 200, ExecutedVersion: stream?.version ?? (await ran).version,
    // It is the answer's own Content-Type, which SDKs need to be that of events: what the function's stream has is not told.
    ResponseStreamContentType: 'application/vnd.amazon.eventstream',
    EventStream: events(stream, ran, input.LogType === 'Tail'),
  }
}

/** A chunk of a function that answered as a whole; larger events than this are none of AWS's. */
const wholeChunkBytes = 256 * 1024

async function * events(stream: Opened | undefined, running: Promise<Ran>, wantsLog: boolean): AsyncGenerator<InvokeWithResponseStreamResponseEvent> {
  try {
    if (stream) for await (const Payload of stream.body) yield { PayloadChunk: { Payload } }
  } catch {
    // The runtime is gone: how it ended is what the completion tells.
  }
  const ran = await running
  if (!stream && !ran.functionError) {
    for (let at = 0; at < ran.payload.byteLength; at += wholeChunkBytes) yield { PayloadChunk: { Payload: ran.payload.subarray(at, at + wholeChunkBytes) } }
  }
  yield { InvokeComplete: {
    ...ran.functionError && { ErrorCode: ran.functionError, ErrorDetails: Buffer.from(ran.payload).toString() },
    ...wantsLog && { LogResult: Buffer.from(ran.logTail).subarray(-4096).toString('base64') },
  } }
}
