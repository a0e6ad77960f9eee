import { busNamed, type Events, type Input, type Output } from '../state.ts'
import { busView } from './bus.ts'

/** A bus with its policy; the default one where no name is given. */
export async function DescribeEventBus(events: Events, input: Input<'DescribeEventBus'>): Promise<Output<'DescribeEventBus'>> {
  return busView(events, await busNamed(events, input.Name))
}
