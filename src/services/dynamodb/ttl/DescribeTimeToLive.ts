import { tableNamed, type Db, type Input, type Output } from '../state.ts'

/** Whether items of a table expire, and by which attribute. */
export async function DescribeTimeToLive(db: Db, input: Input<'DescribeTimeToLive'>): Promise<Output<'DescribeTimeToLive'>> {
  const { ttl } = await tableNamed(db, input.TableName)
  return { TimeToLiveDescription: ttl ? { TimeToLiveStatus: 'ENABLED', AttributeName: ttl.attribute } : { TimeToLiveStatus: 'DISABLED' } }
}
