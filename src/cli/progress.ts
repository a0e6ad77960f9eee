import type { Client } from './client.ts'
import { plain, type Painter } from './text.ts'

const pollMs = 100

export interface Watched {
  status: string
  reason: string | undefined
  outputs: { OutputKey: string, OutputValue: string, Description?: string }[]
  failures: { id: string, reason: string }[]
}

/** Prints each step of a stack's operation until it ends. `since`: the id of the last event of earlier operations. */
export async function watchStack(
  client: Client, stackId: string, since: string | undefined, say: (text: string) => void, paint: Painter = plain,
): Promise<Watched> {
  const told = new Set<string>()
  const failures: { id: string, reason: string }[] = []
  for (;;) {
    const stack = (await client.call('cloudformation', 'DescribeStacks', { StackName: stackId })).Stacks[0]
    for (const event of await eventsSince(client, stackId, since)) {
      if (told.has(event.EventId)) continue
      told.add(event.EventId)
      const ofStack = event.PhysicalResourceId === stackId
      const why: string = event.ResourceStatusReason ?? ''
      if (event.ResourceStatus.endsWith('_FAILED') && !ofStack && !why.endsWith('cancelled')) failures.push({ id: event.LogicalResourceId, reason: why })
      if (why === 'Resource creation Initiated') continue
      const reason = why !== '' && why !== 'User Initiated' ? `  ${why}` : ''
      say(`  ${shade(event.ResourceStatus, paint)} ${ofStack ? event.LogicalResourceId : `${event.LogicalResourceId} (${event.ResourceType})`}${reason}\n`)
    }
    if (!stack.StackStatus.endsWith('_IN_PROGRESS')) {
      return { status: stack.StackStatus, reason: stack.StackStatusReason, outputs: stack.Outputs ?? [], failures }
    }
    await new Promise(resolve => setTimeout(resolve, pollMs))
  }
}

/** A status padded to a column: green where it is complete, red where something went wrong. */
function shade(status: string, paint: Painter): string {
  const padded = status.padEnd(20)
  if (/FAILED|ROLLBACK/.test(status)) return paint.red(padded)
  return status.endsWith('_COMPLETE') ? paint.green(padded) : padded
}

/** The newest event's id, for `since`. */
export async function lastEvent(client: Client, stackId: string): Promise<string | undefined> {
  return (await client.call('cloudformation', 'DescribeStackEvents', { StackName: stackId })).StackEvents[0]?.EventId
}

async function eventsSince(client: Client, stackId: string, since: string | undefined): Promise<any[]> {
  const events: any[] = []
  let NextToken: string | undefined
  do {
    const page = await client.call('cloudformation', 'DescribeStackEvents', { StackName: stackId, ...NextToken && { NextToken } })
    for (const event of page.StackEvents) {
      if (event.EventId === since) return events.reverse()
      events.push(event)
    }
    NextToken = page.NextToken
  } while (NextToken)
  return events.reverse()
}
