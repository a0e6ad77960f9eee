import type { Principal } from '../../../contracts/principal.ts'
import type { Store } from '../../../contracts/store.ts'
import { bindTables } from '../../../platform/tables.ts'
import { tables } from '../state.ts'
import { stepOfCode } from './totp.ts'

/** Whether this is a code of a device that the principal's user has switched on; a code counts once. */
export async function checkMfaCode(
  { store, now }: { store: Store, now: number }, principal: Principal, given: { serialNumber: string, code: string }
): Promise<boolean> {
  if (principal.type !== 'user') return false
  return store.transact(async tx => {
    const { mfaDevices, users } = bindTables('iam', tables, tx, { account: principal.account, region: '' })
    const row = await mfaDevices.get(given.serialNumber.slice(given.serialNumber.lastIndexOf('/') + 1).toLowerCase())
    if (!row?.user || row.serial !== given.serialNumber || (await users.get(row.user.toLowerCase()))?.arn !== principal.arn) return false
    const lastStep = stepOfCode(row.seed, given.code, now, row.lastStep)
    if (lastStep === undefined) return false
    await mfaDevices.put({ ...row, lastStep })
    return true
  })
}
