import { matchersOf } from '../rules/rule.ts'
import type { BusEvent, Events, RuleRow } from '../state.ts'

/** Queues an event for each target of the rules that match it, in the running transaction. */
export async function route(events: Events, bus: string, event: BusEvent): Promise<void> {
  for (const { rule, matches } of await matchersOf(events, bus)) if (matches(event)) handOver(events, rule, event)
}

/** Queues an event for the targets of a rule. */
export function handOver(events: Events, rule: Pick<RuleRow, 'bus' | 'name' | 'targets'>, event: BusEvent): void {
  for (const target of rule.targets) events.enqueue('deliver', { rule: { bus: rule.bus, name: rule.name }, target, event, acceptedMs: events.now() })
}

/** `2026-01-01T00:00:00Z`, as events tell the time. */
export const eventTime = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`
