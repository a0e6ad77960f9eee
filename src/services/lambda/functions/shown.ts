import { runtimeVersionArn } from '../runtimes/runtime-version.ts'
import type { Lambda, Output, VersionRow } from '../state.ts'
import { configuration } from './function.ts'

/** How AWS's answer to a change begins: the function is not ready yet, or the update not done. Here both are over when it is answered, as a look again says. */
const beginnings = {
  creating: { State: 'Pending', StateReason: 'The function is being created.', StateReasonCode: 'Creating' },
  updating: {
    State: 'Active', LastUpdateStatus: 'InProgress', LastUpdateStatusReason: 'The function is being created.',
    // AWS says this, which its own model lacks.
    LastUpdateStatusReasonCode: 'Creating' as never,
  },
  ready: { State: 'Active', LastUpdateStatus: 'Successful' },
} as const

/** The configuration with what lists do not show: the state, and the version of the runtime. */
export async function fullConfiguration(
  lambda: Lambda, row: VersionRow, qualifier?: string, state: keyof typeof beginnings = 'ready',
): Promise<Output<'GetFunctionConfiguration'>> {
  return {
    ...await configuration(lambda, row, qualifier),
    ...row.snapshot === undefined ? beginnings[state] : await ofSnapshot(lambda, row.snapshot),
    RuntimeVersionConfig: { RuntimeVersionArn: await runtimeVersionArn(lambda, row.runtime) },
  }
}

/** A version with SnapStart is ready when its snapshot is taken. */
async function ofSnapshot(lambda: Lambda, id: string): Promise<Partial<Output<'GetFunctionConfiguration'>>> {
  const found = await lambda.tables.snapshots.get(id)
  if (found?.state === 'Active') return beginnings.ready
  if (found?.state !== 'Failed') return beginnings.creating
  return { State: 'Failed', StateReason: found.reason, StateReasonCode: found.code as never, LastUpdateStatus: 'Successful' }
}
