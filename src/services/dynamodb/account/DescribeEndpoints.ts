import type { Db, Input, Output } from '../state.ts'

/** The endpoint itself: there is no other to be discovered. */
export async function DescribeEndpoints(db: Db, _input: Input<'DescribeEndpoints'>): Promise<Output<'DescribeEndpoints'>> {
  return { Endpoints: [{ Address: new URL(db.config.endpoint).host, CachePeriodInMinutes: 1440 }] }
}
