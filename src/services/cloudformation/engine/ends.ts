import type { CloudFormation } from '../state.ts'

/** Tells who waits for the end of a stack's operation, a stack set's operation or a drift detection, by its id. */
export function tellEnded(cfn: CloudFormation, id: string): void {
  const waiting = cfn.state.ended.get(id) ?? []
  cfn.state.ended.delete(id)
  for (const wake of waiting) wake()
}

/** Looks until what goes on under this id is over. The end is told in this process; after a restart the waiting task begins anew, and looks again. */
export async function whenEnded<T>(cfn: CloudFormation, id: string, look: () => Promise<T>, goesOn: (found: T) => boolean): Promise<T> {
  for (;;) {
    let wake = () => {}
    const end = new Promise<void>(resolve => wake = resolve)
    // Listening begins before looking, so that an end in between is not missed.
    cfn.state.ended.set(id, [...cfn.state.ended.get(id) ?? [], wake])
    const found = await look()
    if (!goesOn(found)) return found
    await end
    if (cfn.state.closing) throw new Error('The cloud stops; the operation goes on at the next start.')
  }
}
