import type { Db, Input, Output } from '../state.ts'
import { checkReturnValues, preparePut } from './change.ts'
import { writeItem } from './write.ts'

/** Puts an item in the place of the one that has its key, if the condition holds for that one. */
export async function PutItem(db: Db, input: Input<'PutItem'>): Promise<Output<'PutItem'>> {
  checkReturnValues(input.ReturnValues)
  return writeItem(db, input, await preparePut(db, input), old => input.ReturnValues === 'ALL_OLD' ? old : undefined)
}
