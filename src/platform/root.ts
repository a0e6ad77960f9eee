import type { Principal } from '../contracts/principal.ts'

/** The root of an account, which may do everything in it. */
export const rootOf = (account: string, partition = 'aws'): Principal =>
  ({ type: 'root', account, arn: `arn:${partition}:iam::${account}:root`, userId: account })
