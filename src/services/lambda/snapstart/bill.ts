import { functionArn } from '../names.ts'
import type { Lambda, VersionRow } from '../state.ts'

// SnapStart of Python and .NET is paid for: keeping the snapshot, and each restore, by the memory of the function. Of Java it is free.
// From Lambda's pricing page.

type Billed = Pick<VersionRow, 'name' | 'runtime' | 'memoryMB'>

const isFree = ({ runtime }: Billed) => runtime.startsWith('java')

const recordOf = (lambda: Lambda, { name }: Billed) =>
  ({ account: lambda.account, region: lambda.region, service: 'AWSLambda', resource: functionArn(lambda, name), at: lambda.now() })

export function billCached(lambda: Lambda, row: Billed, milliseconds: number): void {
  if (isFree(row)) return
  lambda.sinks.usage({
    ...recordOf(lambda, row), operation: 'PublishVersion', usageType: 'Lambda-SnapStart-Cached-GB-Second', unit: 'GB-Seconds',
    quantity: row.memoryMB / 1024 * milliseconds / 1000,
  })
}

export function billRestored(lambda: Lambda, row: Billed): void {
  if (isFree(row)) return
  lambda.sinks.usage({ ...recordOf(lambda, row), operation: 'Invoke', usageType: 'Lambda-SnapStart-Restored-GB', unit: 'GB', quantity: row.memoryMB / 1024 })
}
