import type { KeysAndAttributes } from '@aws-sdk/client-dynamodb'
import { ValidationException } from '../../../platform/errors.ts'
import { Capacity, readUnits } from '../items/capacity.ts'
import { keyOfInput, type ItemKey } from '../items/keys.ts'
import { projected, projectionFor } from '../items/projection.ts'
import { readItem } from '../items/store.ts'
import { batchReadSizeBytesMax, tableFor, type Db, type Input, type Output, violation } from '../state.ts'
import { itemSizeBytes, type Item } from '../values/attribute-value.ts'

/** Reads up to 100 items by their keys; what lies beyond 16 MB comes back as unprocessed. */
export async function BatchGetItem(db: Db, input: Input<'BatchGetItem'>): Promise<Output<'BatchGetItem'>> {
  const requests = Object.entries(input.RequestItems ?? {})
  if (requests.length === 0) {
    throw violation('{}', 'requestItems', 'have length greater than or equal to 1')
  }
  const count = requests.reduce((sum, [, { Keys: keys }]) => sum + (keys?.length ?? 0), 0)
  if (count > 100) throw new ValidationException('Too many items requested for the BatchGetItem call')
  const responses: Record<string, Item[]> = {}
  const unprocessed: Record<string, KeysAndAttributes> = {}
  const capacity = new Capacity('read')
  let sizeBytes = 0
  const reads = []
  for (const [name, request] of requests) reads.push({ name, request, ...await prepare(db, name, request) })
  for (const { name, request, table, paths, keys } of reads) {
    const found: Item[] = responses[name] = []
    for (const [at, key] of keys.entries()) {
      const item = await readItem(db, table, key)
      const itemBytes = item ? itemSizeBytes(item) : 0
      if (sizeBytes > 0 && sizeBytes + itemBytes > batchReadSizeBytesMax) {
        unprocessed[name] = { ...request, Keys: request.Keys!.slice(at) }
        break
      }
      sizeBytes += itemBytes
      capacity.add(table, readUnits(itemBytes, request.ConsistentRead))
      if (item) found.push(projected(item, paths))
    }
  }
  return capacity.answer({ Responses: responses, UnprocessedKeys: unprocessed, ConsumedCapacity: capacity.list(input.ReturnConsumedCapacity) })
}

async function prepare(db: Db, name: string, request: KeysAndAttributes) {
  if (!request.Keys?.length) {
    throw violation('[]', `requestItems.${name}.member.keys`, 'have length greater than or equal to 1')
  }
  const paths = projectionFor(request)
  const table = await tableFor(db, name)
  const keys = request.Keys.map(key => keyOfInput(table, key).key)
  checkDuplicates(keys)
  return { table, paths, keys }
}

export function checkDuplicates(keys: ItemKey[]): void {
  const text = (part: string | Uint8Array) => typeof part === 'string' ? part : Buffer.from(part).toString('hex')
  if (new Set(keys.map(({ p, s }) => JSON.stringify([text(p), text(s)]))).size < keys.length) {
    throw new ValidationException('Provided list of item keys contains duplicates')
  }
}
