import type { Store } from '../contracts/store.ts'
import { embeddedDriver } from './embedded.ts'
import { memoryDriver } from './memory.ts'
import { transactionalStore } from './transactions.ts'

/** Opens the store of a data folder, or an ephemeral one in memory. */
export async function openStore(options: { folder: string } | { memory: true }): Promise<Store> {
  if ('memory' in options) return transactionalStore(memoryDriver())
  return transactionalStore(embeddedDriver(options.folder))
}
