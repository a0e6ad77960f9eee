import type { DomainEvent } from '../../../contracts/events.ts'
import { defaultBus, type Events } from '../state.ts'
import { eventTime, route } from './route.ts'

/** Lambda tells EventBridge of each durable execution that starts or ends ("Monitoring durable functions" in Lambda's guide). */
export async function executionChanged(events: Events, { id, at, data }: DomainEvent<'lambda.execution.changed'>): Promise<void> {
  const { executionArn, name, functionArn, status, startedAt, endedAt } = data
  await events.transact((inside: Events) => route(inside, defaultBus, {
    version: '0', id, 'detail-type': 'Durable Execution Status Change', source: 'aws.lambda', account: inside.account, time: eventTime(at),
    region: inside.region, resources: [],
    detail: {
      durableExecutionArn: executionArn, durableExecutionName: name, functionArn, status, startTimestamp: new Date(startedAt).toISOString(),
      ...endedAt !== undefined && { endTimestamp: new Date(endedAt).toISOString() },
    },
  }))
}
