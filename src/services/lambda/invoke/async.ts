import { functionArn } from '../names.ts'
import type { EventInvokeConfig, Lambda } from '../state.ts'
import type { Ran } from './run.ts'
import { run } from './run.ts'

/** An accepted event on its way to a function. `failures` counts the errors of the function; throttles are not among them. */
export interface AcceptedEvent {
  name: string
  qualifier: string | undefined
  event: string
  requestId: string
  acceptedAt: number
  failures?: number
  throttles?: number
}

const maximumAgeSecondsDefault = 6 * 3600
const retriesDefault = 2
const throttleWaitMsMax = 5 * 60_000

/** Queues an event durably; it is invoked at least once. */
export async function accept(lambda: Lambda, event: AcceptedEvent): Promise<void> {
  await lambda.transact(async scope => scope.enqueue('invokeEvent', event))
}

/** Invokes an accepted event: two retries after one and two minutes, throttles with back-off until the event is too old, then its destination. */
export async function invokeEvent(lambda: Lambda, event: AcceptedEvent): Promise<void> {
  const loaded = await lambda.state.cache.get(lambda, event.name, event.qualifier).catch(() => undefined)
  // The function was deleted after the event was accepted: AWS drops it as well.
  if (!loaded) return
  const settings = loaded.fn.eventInvoke[event.qualifier ?? '$LATEST']
  const tooOld = (at: number) => at - event.acceptedAt > (settings?.maximumEventAgeSeconds ?? maximumAgeSecondsDefault) * 1000
  if (tooOld(lambda.now())) return giveUp(lambda, event, settings, 'EventAgeExceeded', undefined)
  const work = { name: event.name, qualifier: event.qualifier, payload: Buffer.from(event.event), requestId: event.requestId }
  const ran = await run(lambda, loaded, work).catch((error: Error) => error)
  if (ran instanceof Error) {
    const throttles = (event.throttles ?? 0) + 1
    const at = lambda.now() + Math.min(1000 * 2 ** (throttles - 1), throttleWaitMsMax)
    return again(lambda, { ...event, throttles }, at)
  }
  if (!ran.functionError) return settings?.onSuccess ? send(lambda, event, settings.onSuccess, 'Success', ran) : undefined
  const failures = (event.failures ?? 0) + 1
  if (failures > (settings?.maximumRetryAttempts ?? retriesDefault)) return giveUp(lambda, { ...event, failures }, settings, 'RetriesExhausted', ran)
  const at = lambda.now() + failures * 60_000
  if (tooOld(at)) return giveUp(lambda, { ...event, failures }, settings, 'EventAgeExceeded', ran)
  await again(lambda, { ...event, failures }, at)
}

async function again(lambda: Lambda, event: AcceptedEvent, at: number): Promise<void> {
  await lambda.transact(async scope => scope.enqueue('invokeEvent', event, { at }))
}

async function giveUp(lambda: Lambda, event: AcceptedEvent, settings: EventInvokeConfig | undefined, condition: string, ran: Ran | undefined): Promise<void> {
  if (settings?.onFailure) await send(lambda, event, settings.onFailure, condition, ran)
}

/** Hands the record of an invocation to the function that is its destination, under the role of the function that ran. */
async function send(lambda: Lambda, event: AcceptedEvent, destination: string, condition: string, ran: Ran | undefined): Promise<void> {
  const { row } = await lambda.state.cache.get(lambda, event.name, event.qualifier)
  const record = {
    version: '1.0',
    timestamp: new Date(lambda.now()).toISOString(),
    requestContext: {
      requestId: event.requestId, functionArn: functionArn(lambda, event.name, event.qualifier ?? '$LATEST'), condition,
      approximateInvokeCount: (event.failures ?? 0) + (condition === 'Success' ? 1 : 0),
    },
    requestPayload: JSON.parse(event.event),
    ...ran && {
      responseContext: { statusCode: 200, executedVersion: ran.version, ...ran.functionError && { functionError: ran.functionError } },
      responsePayload: JSON.parse(Buffer.from(ran.payload).toString() || 'null'),
    },
  }
  const aws = lambda.as({ role: row.role, sessionName: event.name })
  await aws.lambda.Invoke({ FunctionName: destination, InvocationType: 'Event', Payload: Buffer.from(JSON.stringify(record)) })
}
