import type { Db, Input, Output } from '../state.ts'

/** AWS's default quotas of an account. */
export async function DescribeLimits(_db: Db, _input: Input<'DescribeLimits'>): Promise<Output<'DescribeLimits'>> {
  return { AccountMaxReadCapacityUnits: 80_000, AccountMaxWriteCapacityUnits: 80_000, TableMaxReadCapacityUnits: 40_000, TableMaxWriteCapacityUnits: 40_000 }
}
