import type { PutEventsRequestEntry } from '@aws-sdk/client-eventbridge'
import { busName, busNamed, entryBytesMax, placeOf, ValidationException, type BusEvent, type Events, type Input, type Output } from '../state.ts'
import { eventTime, route } from './route.ts'

/** Puts up to ten events on buses, durably: each is on its way to the targets of the rules that match it when its id comes back. */
export async function PutEvents(events: Events, input: Input<'PutEvents'>): Promise<Output<'PutEvents'>> {
  if (input.EndpointId !== undefined) throw new ValidationException('EndpointId is not supported by Fogbank: there are no global endpoints.')
  const entries = input.Entries!
  const bytes = entries.reduce((sum, entry) => sum + sizeOf(entry), 0)
  if (bytes > entryBytesMax) throw new ValidationException(`Total size of the entries in the request is over the limit of ${entryBytesMax} bytes.`)
  const results = []
  for (const entry of entries) results.push(await put(events, entry))
  return { FailedEntryCount: results.filter(result => result.ErrorCode !== undefined).length, Entries: results }
}

/** As AWS counts an entry: 14 bytes for its time, and the texts in UTF-8. */
const sizeOf = ({ Time, Source = '', DetailType = '', Detail = '', Resources = [] }: PutEventsRequestEntry): number =>
  (Time ? 14 : 0) + [Source, DetailType, Detail, ...Resources].reduce((sum, text) => sum + Buffer.byteLength(text), 0)

async function put(caller: Events, entry: PutEventsRequestEntry): Promise<{ EventId?: string, ErrorCode?: string, ErrorMessage?: string }> {
  const detail = parsed(entry.Detail)
  const problem = problemOf(entry, detail)
  if (problem) return problem
  const events = placeOf(caller, entry.EventBusName)
  try {
    await busNamed(events, entry.EventBusName)
  } catch (error) {
    return { ErrorCode: 'ResourceNotFoundException', ErrorMessage: (error as Error).message }
  }
  const event: BusEvent = {
    version: '0', id: events.newId(), 'detail-type': entry.DetailType!, source: entry.Source!, account: caller.account,
    time: eventTime(entry.Time?.getTime() ?? events.now()),
    region: events.region, resources: entry.Resources ?? [], detail,
  }
  await route(events, busName(entry.EventBusName), event)
  return { EventId: event.id }
}

function problemOf(
  { Source: source, DetailType: type, Detail: text }: PutEventsRequestEntry, detail: unknown
): { ErrorCode: string, ErrorMessage: string } | undefined {
  const missing = !source ? 'Source' : !type ? 'DetailType' : !text ? 'Detail' : undefined
  if (missing) return { ErrorCode: 'InvalidArgument', ErrorMessage: `Parameter ${missing} is not valid. Reason: ${missing} is a required argument.` }
  if (source!.startsWith('aws.')) return { ErrorCode: 'NotAuthorizedForSourceException', ErrorMessage: 'Not authorized for the source.' }
  if (typeof detail !== 'object' || detail === null || Array.isArray(detail)) return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' }
  return undefined
}

function parsed(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '')
  } catch {
    return undefined
  }
}
