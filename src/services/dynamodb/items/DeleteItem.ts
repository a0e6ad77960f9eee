import type { Db, Input, Output } from '../state.ts'
import { checkReturnValues, prepareDelete } from './change.ts'
import { writeItem } from './write.ts'

/** Deletes the item with the key, if the condition holds for it; one that is not there is no error. */
export async function DeleteItem(db: Db, input: Input<'DeleteItem'>): Promise<Output<'DeleteItem'>> {
  checkReturnValues(input.ReturnValues)
  return writeItem(db, input, await prepareDelete(db, input), old => input.ReturnValues === 'ALL_OLD' ? old : undefined)
}
