import { sendDeadLetter } from '../async/outcomes.ts'
import { measure } from '../metrics.ts'
import type { Lambda } from '../state.ts'
import { openedData } from './sealing.ts'
import { executionOf, type ExecutionKey } from './execution.ts'
import { failurePayload } from './machine/output.ts'
import { pinnedQualifier } from './start.ts'

/**
 * A task: the input of an asynchronous execution that failed, timed out or was stopped goes to the function's dead-letter queue. AWS has no
 * destinations for durable functions.
 */
export async function durableDeadLetter(lambda: Lambda, key: ExecutionKey): Promise<void> {
  const execution = await executionOf(lambda, key)
  const row = await lambda.tables.executionData.get(key.id)
  if (!execution || !row) return
  const loaded = await lambda.state.cache.get(lambda, execution.function, pinnedQualifier(execution)).catch(() => undefined)
  const queueArn = loaded?.row.deadLetterArn
  if (!queueArn) return
  const data = await openedData(lambda, execution, row, 'lambda')
  const event = { name: execution.function, qualifier: execution.qualifier, event: data.input, requestId: execution.id, acceptedAt: execution.startedAt }
  const ran = {
    payload: failurePayload(data.error ?? {}), functionError: 'Unhandled' as const, logTail: '', version: pinnedQualifier(execution),
    lineage: execution.lineage ?? '',
  }
  await sendDeadLetter(lambda, event, queueArn, 'RetriesExhausted', ran).catch(error => {
    measure(lambda, { name: execution.function }, 'DeadLetterErrors', 1)
    lambda.log.warn('the dead letter of a durable execution could not be sent', { function: execution.function, queue: queueArn, error: String(error) })
  })
}
