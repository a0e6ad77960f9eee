import { functionArn } from '../names.ts'
import type { Lambda, Share, VersionRow } from '../state.ts'

const freeStorageMB = 512
/** So many bytes of each streamed answer cost nothing. */
const freeStreamedBytes = 6 * 1024 * 1024

const recordOf = (lambda: Lambda, { name, architecture }: VersionRow) => ({
  arm: architecture === 'arm64' ? '-ARM' : '',
  record: {
    account: lambda.account, region: lambda.region, service: 'AWSLambda', operation: 'Invoke', resource: functionArn(lambda, name), at: lambda.now(),
  },
})

/** What running so long costs: memory, and /tmp beyond what comes with it. */
export function billDuration(lambda: Lambda, row: VersionRow, share: Share, billedMs: number): void {
  const { arm, record } = recordOf(lambda, row)
  const usageType = `Lambda-${share === 'provisioned' ? 'Provisioned-' : ''}GB-Second${arm}`
  lambda.sinks.usage({ ...record, usageType, quantity: row.memoryMB / 1024 * billedMs / 1000, unit: 'GB-Seconds' })
  const storageMB = row.ephemeralStorageMB - freeStorageMB
  if (storageMB > 0) {
    lambda.sinks.usage({ ...record, usageType: `Lambda-Storage-GB-Second${arm}`, quantity: storageMB / 1024 * billedMs / 1000, unit: 'GB-Seconds' })
  }
}

/** What an invocation costs: the request, its duration, and the bytes that it streamed beyond the first 6 MB. */
export function billInvocation(lambda: Lambda, row: VersionRow, share: Share, { billedMs, streamedBytes }: { billedMs: number, streamedBytes: number }): void {
  const { arm, record } = recordOf(lambda, row)
  lambda.sinks.usage({ ...record, usageType: `Request${arm}`, quantity: 1, unit: 'Requests' })
  billDuration(lambda, row, share, billedMs)
  if (streamedBytes > freeStreamedBytes) {
    lambda.sinks.usage({ ...record, usageType: 'Lambda-Streaming-Response-Processed-Bytes', quantity: streamedBytes - freeStreamedBytes, unit: 'Bytes' })
  }
}
