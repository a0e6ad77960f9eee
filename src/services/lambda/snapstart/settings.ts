import type { Lambda, VersionRow } from '../state.ts'
import { InvalidParameterValueException } from '../state.ts'

// Which functions can have SnapStart: "Improving startup performance with Lambda SnapStart" in the developer guide. AWS's words are known for runtimes; those
// of the other refusals follow them.

const runtimes = /^(java(11|17|21|25)|python3\.(1[2-9])|dotnet(8|1\d))$/
const storageMBMax = 512

type Settled = Pick<VersionRow, 'snapStart' | 'runtime' | 'ephemeralStorageMB' | 'fileSystem' | 'tenancy'>

/** Throws where a function with these settings cannot have SnapStart, or this host cannot keep functions. `asked`: the request asks for it. */
export async function checkSnapStart(lambda: Lambda, row: Settled, asked: boolean): Promise<void> {
  if (!row.snapStart) return
  const no = (what: string) => new InvalidParameterValueException(`${what} is not supported for SnapStart enabled functions.`)
  if (!runtimes.test(row.runtime)) throw no(row.runtime)
  if (row.fileSystem) throw no('FileSystemConfigs')
  if (row.ephemeralStorageMB > storageMBMax) throw no(`EphemeralStorage of more than ${storageMBMax} MB`)
  if (row.tenancy) throw no('TenancyConfig')
  if (asked) await checkHost(lambda)
}

/** Throws where this host cannot keep a function and go on from there. */
export async function checkHost(lambda: Lambda): Promise<void> {
  const host = await lambda.config.sandboxes.snapshots?.() ?? { works: false, why: 'The sandboxes of this cloud have no snapshots.' }
  if (!host.works) throw new InvalidParameterValueException(`SnapStart is not supported on this host. ${host.why}`)
}

/** Provisioned concurrency keeps environments initialised, SnapStart a snapshot: a function has one of them. */
export function refuseSnapStart({ snapStart }: Pick<VersionRow, 'snapStart'>, what: string): void {
  if (snapStart) throw new InvalidParameterValueException(`${what} is not supported for SnapStart enabled functions.`)
}
