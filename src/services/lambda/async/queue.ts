import { measure as count } from '../metrics.ts'
import { run, type Ran } from '../invoke/run.ts'
import type { EventInvokeConfig, Lambda, Loaded } from '../state.ts'
import type { AcceptedEvent, Condition } from './event.ts'
import { sendDeadLetter, sendRecord } from './outcomes.ts'

const maximumAgeSecondsDefault = 6 * 3600
const retriesDefault = 2
const throttleWaitMsMax = 5 * 60_000

/** Queues an event durably; it is invoked at least once. */
export async function accept(lambda: Lambda, event: AcceptedEvent): Promise<void> {
  await lambda.transact(async scope => scope.enqueue('invokeEvent', event))
  count(lambda, event, 'AsyncEventsReceived', 1)
}

/**
 * Invokes an accepted event: errors of the function are tried again after one and two minutes, throttles with back-off from a second to
 * five minutes, until the event is too old. What comes of it goes to the destination; what is given up to the dead-letter queue as well.
 */
export async function invokeEvent(lambda: Lambda, event: AcceptedEvent): Promise<void> {
  const loaded = await lambda.state.cache.get(lambda, event.name, event.qualifier).catch(() => undefined)
  // The function was deleted after the event was accepted: AWS drops it as well.
  if (!loaded) return
  const settings = loaded.fn.eventInvoke[event.qualifier ?? '$LATEST']
  const isTooOld = (at: number) => at - event.acceptedAt > (settings?.maximumEventAgeSeconds ?? maximumAgeSecondsDefault) * 1000
  if (isTooOld(lambda.now())) return giveUp(lambda, event, loaded, 'EventAgeExceeded')
  // Nothing of it may run, so AWS does not wait for a better time.
  if (loaded.fn.reservedConcurrency === 0) return giveUp(lambda, event, loaded, 'ZeroReservedConcurrency')
  count(lambda, event, 'AsyncEventAge', lambda.now() - event.acceptedAt, 'Milliseconds')
  const work = { name: event.name, qualifier: event.qualifier, payload: Buffer.from(event.event), requestId: event.requestId, tenantId: event.tenantId }
  const ran = await run(lambda, loaded, work).catch((error: Error) => error)
  if (ran instanceof Error && ran.name === 'RecursiveInvocationException') return giveUp(lambda, event, loaded, 'RecursiveInvocation')
  if (ran instanceof Error) {
    const throttles = (event.throttles ?? 0) + 1
    return again(lambda, { ...event, throttles }, lambda.now() + Math.min(1000 * 2 ** (throttles - 1), throttleWaitMsMax))
  }
  if (!ran.functionError) return settings?.onSuccess ? tell(lambda, event, settings.onSuccess, 'Success', ran) : undefined
  const failures = (event.failures ?? 0) + 1
  if (failures > (settings?.maximumRetryAttempts ?? retriesDefault)) return giveUp(lambda, { ...event, failures }, loaded, 'RetriesExhausted', ran)
  const at = lambda.now() + failures * 60_000
  if (isTooOld(at)) return giveUp(lambda, { ...event, failures }, loaded, 'EventAgeExceeded', ran)
  await again(lambda, { ...event, failures }, at)
}

async function again(lambda: Lambda, event: AcceptedEvent, at: number): Promise<void> {
  await lambda.transact(async scope => scope.enqueue('invokeEvent', event, { at }))
}

async function giveUp(lambda: Lambda, event: AcceptedEvent, { fn, row }: Loaded, condition: Condition, ran?: Ran): Promise<void> {
  const settings: EventInvokeConfig | undefined = fn.eventInvoke[event.qualifier ?? '$LATEST']
  count(lambda, event, 'AsyncEventsDropped', 1)
  if (settings?.onFailure) await tell(lambda, event, settings.onFailure, condition, ran)
  if (row.deadLetterArn === undefined) return
  await sendDeadLetter(onward(lambda, ran), event, row.deadLetterArn, condition, ran)
    .catch(error => lost(lambda, event, row.deadLetterArn!, error, 'DeadLetterErrors'))
}

/** What is done about an outcome is one more step of the chain in which the function ran. */
const onward = (lambda: Lambda, ran: Ran | undefined): Lambda => ran ? lambda.in({ trace: { ...lambda.trace, lineage: ran.lineage } }) : lambda

async function tell(lambda: Lambda, event: AcceptedEvent, destination: string, condition: Condition, ran?: Ran): Promise<void> {
  await sendRecord(onward(lambda, ran), event, destination, condition, ran)
    .catch(error => lost(lambda, event, destination, error, 'DestinationDeliveryFailures'))
}

/** As on AWS, what a destination does not take is lost: the metric and Fogbank's log say so. */
function lost(lambda: Lambda, event: AcceptedEvent, destination: string, error: unknown, metric: string): void {
  count(lambda, event, metric, 1)
  lambda.log.warn('what came of an asynchronous invocation could not be sent', { function: event.name, destination, error: String(error) })
}

