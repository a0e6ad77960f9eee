import { ValidationException } from '../../../platform/errors.ts'
import { tableNamed, type Db, type Input, type Output, violation } from '../state.ts'

/** Switches expiry by a number attribute (seconds since 1970) on or off. Items go in the second that they name; AWS takes up to days. */
export async function UpdateTimeToLive(db: Db, input: Input<'UpdateTimeToLive'>): Promise<Output<'UpdateTimeToLive'>> {
  const { Enabled: enabled, AttributeName: attribute } = input.TimeToLiveSpecification ?? {}
  if (!attribute || attribute.length > 255) {
    throw violation(attribute ?? '', 'timeToLiveSpecification.attributeName', `have length ${
      attribute ? 'less than or equal to 255' : 'greater than or equal to 1'}`)
  }
  const table = await tableNamed(db, input.TableName)
  if (table.ttl && table.ttl.attribute !== attribute) {
    throw new ValidationException(`TimeToLive is active on a different AttributeName: current AttributeName is ${table.ttl.attribute}`)
  }
  if (enabled === (table.ttl !== undefined)) throw new ValidationException(`TimeToLive is already ${enabled ? 'enabled' : 'disabled'}`)
  const task = { name: table.name, id: table.id }
  if (enabled) {
    table.ttl = { attribute }
    db.enqueue('enterExpiries', { ...task, attribute }, { order: table.id })
  } else {
    delete table.ttl
    await db.tables.sweeps.delete(table.id)
    db.cancel('sweep', `sweep:${table.id}`)
    db.enqueue('dropExpiries', task, { order: table.id })
  }
  await db.tables.tables.put(table)
  return { TimeToLiveSpecification: { Enabled: enabled, AttributeName: attribute } }
}
