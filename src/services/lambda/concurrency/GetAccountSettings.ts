import { codeBytesOf } from '../code/storage.ts'
import type { Input, Lambda, Output } from '../state.ts'
import { accountConcurrencyMax, codeStorageBytesMax, unzippedBytesMax, zipBytesMax } from '../state.ts'
import { claimedByOthers } from './PutProvisionedConcurrencyConfig.ts'

/** The account's limits in this region, and what of them is used. */
export async function GetAccountSettings(lambda: Lambda, _: Input<'GetAccountSettings'>): Promise<Output<'GetAccountSettings'>> {
  let FunctionCount = 0
  for await (const _row of lambda.tables.functions.each()) FunctionCount++
  return {
    AccountLimit: {
      TotalCodeSize: codeStorageBytesMax, CodeSizeUnzipped: unzippedBytesMax, CodeSizeZipped: zipBytesMax, ConcurrentExecutions: accountConcurrencyMax,
      UnreservedConcurrentExecutions: accountConcurrencyMax - await claimedByOthers(lambda, ''),
    },
    AccountUsage: { TotalCodeSize: await codeBytesOf(lambda), FunctionCount },
  }
}
