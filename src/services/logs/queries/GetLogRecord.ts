import type { GetLogRecordCommandInput } from '@aws-sdk/client-cloudwatch-logs'
import { InvalidParameterException, ResourceNotFoundException, type Logs } from '../state.ts'
import { discover, pointedAt, QueryRecord } from './language/record.ts'
import { textOf } from './language/values.ts'

/** One event with all of its fields, by the `@ptr` of a query's result. */
export async function GetLogRecord(logs: Logs, input: GetLogRecordCommandInput): Promise<{ logRecord: Record<string, string> }> {
  const key = pointedAt(input.logRecordPointer!)
  if (!key) throw new InvalidParameterException('The specified log record pointer is invalid.')
  const event = await logs.tables.events.get(...key)
  if (!event) throw new ResourceNotFoundException('The specified log record does not exist.')
  const record = new QueryRecord(event, logs.account)
  const logRecord: Record<string, string> = {
    '@timestamp': String(event.timestamp), '@ingestionTime': String(event.ingestionTime), '@message': event.message, '@logStream': event.stream,
    '@log': `${logs.account}:${event.group}`, '@ptr': input.logRecordPointer!,
  }
  for (const [name, value] of Object.entries(discover(record.json))) {
    const text = textOf(value)
    if (text !== undefined) logRecord[name] = text
  }
  return { logRecord }
}
