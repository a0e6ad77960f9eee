import type { MetricFilterMatchRecord, TestMetricFilterCommandInput } from '@aws-sdk/client-cloudwatch-logs'
import { compileExtractor } from '../filters/extract.ts'
import { compileFilterPattern } from '../filters/pattern.ts'
import type { Logs } from '../state.ts'

/** Which of some messages a pattern matches, and the values that it names in them. Numbers of messages begin at 1. */
export async function TestMetricFilter(_: Logs, input: TestMetricFilterCommandInput): Promise<{ matches: MetricFilterMatchRecord[] }> {
  const matches = compileFilterPattern(input.filterPattern!)
  const extract = compileExtractor(input.filterPattern!)
  const messages = input.logEventMessages!
  return {
    matches: messages.flatMap(
      (eventMessage, at) => matches(eventMessage) ? [{ eventNumber: at + 1, eventMessage, extractedValues: extract(eventMessage) }] : []
    ),
  }
}
