import { parseArn } from '../../../platform/arns.ts'
import { encodeToken, pageOf } from '../../../platform/pagination.ts'
import { pageSize, type Input, type Output, type Sns } from '../state.ts'
import { positionOf } from './page.ts'
import { summary } from './subscription.ts'

/** The caller's subscriptions, to topics of other accounts as well, a hundred at a time. Errors: InvalidParameter. */
export async function ListSubscriptions(sns: Sns, input: Input<'ListSubscriptions'>): Promise<Output<'ListSubscriptions'>> {
  const after = positionOf('subscriptions', input.NextToken)
  const rows = await sns.tables.owned.list({ limit: pageSize + 1, ...after && { after: [String(after[0]), String(after[1])] } })
  const { page, last } = pageOf(rows, pageSize)
  const found = await Promise.all(page.map(({ topicArn, id }) => {
    const { account, resource } = parseArn(topicArn)!
    return sns.in({ account }).tables.subscriptions.get(resource, id)
  }))
  return {
    Subscriptions: found.flatMap(subscription => subscription ? [summary(subscription)] : []),
    ...last && { NextToken: encodeToken('subscriptions', [last.topicArn, last.id]) },
  }
}
