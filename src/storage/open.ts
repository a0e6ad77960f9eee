import type { Store } from '../contracts/store.ts'
import { memoryDriver } from './memory.ts'
import { transactionalStore } from './transactions.ts'

/** Opens the store of a data folder, or an ephemeral one in memory. */
export async function openStore(options: { folder: string } | { memory: true }): Promise<Store> {
  if ('memory' in options) return transactionalStore(memoryDriver())
  const { embeddedDriver } = await import('./embedded.ts')
  return transactionalStore(await embeddedDriver(options.folder))
}
