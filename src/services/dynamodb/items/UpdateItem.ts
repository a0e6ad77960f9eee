import { project } from '../expressions/projection.ts'
import type { Db, Input, Output } from '../state.ts'
import type { Item } from '../values/attribute-value.ts'
import { prepareUpdate, type Change } from './change.ts'
import { writeItem } from './write.ts'

/** Changes attributes of the item with the key, which is made where it is not there, if the condition holds. */
export async function UpdateItem(db: Db, input: Input<'UpdateItem'>): Promise<Output<'UpdateItem'>> {
  const change = await prepareUpdate(db, input)
  return writeItem(db, input, change, (old, next) => returned(input.ReturnValues, change, old, next!))
}

function returned(asked: Input<'UpdateItem'>['ReturnValues'], change: Change, old: Item | undefined, next: Item): Item | undefined {
  const some = (item: Item | undefined) => item && Object.keys(item).length > 0 ? item : undefined
  switch (asked) {
    case 'ALL_OLD': return old
    case 'ALL_NEW': return next
    case 'UPDATED_OLD': return some(old && project(old, change.paths))
    case 'UPDATED_NEW': return some(project(next, change.paths))
  }
  return undefined
}
