import type { CodeStorage, Lambda } from '../state.ts'
import { CodeStorageExceededException, codeStorageBytesMax } from '../state.ts'

/** The bytes of all versions and layers of the account in this region, zipped; what two of them share counts twice, as on AWS. */
export async function codeBytesOf(lambda: Lambda): Promise<number> {
  let bytes = 0
  for await (const row of lambda.tables.versions.each()) bytes += row.codeSizeBytes
  for await (const row of lambda.tables.layers.each()) if (!row.isDeleted) bytes += row.codeSizeBytes
  return bytes
}

/**
 * Bounds the account's code. What is there is counted once and what comes added, in memory; what is deleted is not taken off: only when that much too
 * large sum passes the bound is it counted again.
 */
export function codeStorage(): CodeStorage {
  const known = new Map<string, number>()
  return {
    async add(lambda, bytes) {
      const place = `${lambda.account} ${lambda.region}`
      let sum = known.get(place)
      if (sum === undefined || sum + bytes > codeStorageBytesMax) known.set(place, sum = await codeBytesOf(lambda))
      if (sum + bytes > codeStorageBytesMax) throw new CodeStorageExceededException('Code storage limit exceeded.')
      known.set(place, sum + bytes)
    },
  }
}
