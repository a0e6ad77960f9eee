import { functionArn, functionName, scopeOf } from '../names.ts'
import type { Input, Lambda, Output } from '../state.ts'
import { asyncPayloadBytesMax, InvalidRequestContentException, RequestTooLargeException, syncPayloadBytesMax } from '../state.ts'
import { accept } from '../async/queue.ts'
import { run } from './run.ts'

/** Invokes a function: waits for its answer, or accepts the event durably, or only checks that it could. */
export async function Invoke(caller: Lambda, input: Input<'Invoke'>): Promise<Output<'Invoke'>> {
  const lambda = scopeOf(caller, input.FunctionName)
  const { name, qualifier } = functionName(lambda, input.FunctionName, input.Qualifier)
  const given = input.Payload ?? ''
  const payload = typeof given === 'string' ? Buffer.from(given) : given as Uint8Array
  const type = input.InvocationType ?? 'RequestResponse'
  const max = type === 'Event' ? asyncPayloadBytesMax : syncPayloadBytesMax
  if (payload.byteLength > max) {
    throw new RequestTooLargeException(`${payload.byteLength} byte payload is too large for the ${type} invocation type (limit ${max} bytes)`)
  }
  const loaded = await lambda.state.cache.get(lambda, name, qualifier)
  if (payload.byteLength > 0) checkJson(payload)
  if (type === 'DryRun') return { StatusCode: 204 }
  const event = payload.byteLength > 0 ? payload : Buffer.from('{}')
  if (type === 'Event') {
    await accept(lambda, { name, qualifier, event: Buffer.from(event).toString(), requestId: lambda.requestId, acceptedAt: lambda.now() })
    return { StatusCode: 202 }
  }
  await lambda.state.limits.rate(lambda, functionArn(lambda, name), loaded.fn.reservedConcurrency)
  const ran = await run(lambda, loaded, { name, qualifier, payload: event, clientContext: input.ClientContext, requestId: lambda.requestId })
  return {
    StatusCode: 200, ExecutedVersion: ran.version, Payload: ran.payload as NonNullable<Output<'Invoke'>['Payload']>,
    ...ran.functionError && { FunctionError: ran.functionError },
    ...input.LogType === 'Tail' && { LogResult: Buffer.from(ran.logTail).subarray(-4096).toString('base64') },
  }
}

function checkJson(payload: Uint8Array): void {
  try {
    JSON.parse(Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).toString())
  } catch (error) {
    throw new InvalidRequestContentException(`Could not parse request body into json: Could not parse payload into json: ${(error as Error).message}`)
  }
}
