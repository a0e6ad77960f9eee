import { join } from 'node:path'
import { newHex } from '../../../platform/ids.ts'
import type { Lambda, SnapshotRow, VersionRow } from '../state.ts'

export const snapshotsFolder = (lambda: Lambda): string => join(lambda.config.dataFolder, 'lambda', 'snapshots')
export const snapshotFolder = (lambda: Lambda, id: string): string => join(snapshotsFolder(lambda), id)

/** What is written of a version that is being published. */
export const newSnapshot = (lambda: Lambda, { name, version, snapshot }: VersionRow): SnapshotRow => ({
  id: snapshot!, account: lambda.account, region: lambda.region, name, version, token: newHex(64), state: 'Pending', publishedAt: lambda.now(),
})
