import { parseSchedule } from '../../../platform/schedule.ts'
import { ruleArn, type BusEvent, type Events } from '../state.ts'
import { schedule } from '../rules/rule.ts'
import { eventTime, handOver } from './route.ts'

/** A firing of a rule's schedule: its targets get the event, and the next firing is queued with it. */
export async function tick(events: Events, { bus, name, at }: { bus: string, name: string, at: number }): Promise<void> {
  await events.transact(async (inside: Events) => {
    const row = await inside.tables.rules.get(bus, name)
    if (row?.schedule === undefined || row.state !== 'ENABLED') return
    // Put anew meanwhile, with another time: that firing is queued by itself.
    if (parseSchedule(row.schedule, row.createdMs).next(at - 1) !== at) return
    const event: BusEvent = {
      version: '0', id: inside.newId(), 'detail-type': 'Scheduled Event', source: 'aws.events', account: inside.account, time: eventTime(at),
      region: inside.region,
      resources: [ruleArn(inside, row)], detail: {},
    }
    handOver(inside, row, event)
    schedule(inside, row)
  })
}
