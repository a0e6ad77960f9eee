import type { ConsumedCapacity } from '@aws-sdk/client-dynamodb'
import type { Call } from '../../../contracts/call.ts'
import { partitionOf } from '../../../platform/arns.ts'
import { tableArn, type TableRow } from '../state.ts'

/** What answers cost, for the bill, which is made whether the caller asks for it or not. */
const billed = new WeakMap<object, Capacity>()

/** Capacity units that a request used, by table and index. */
export class Capacity {
  readonly #tables = new Map<string, { table: TableRow, units: number, indexes: Map<string, number> }>()
  readonly #kind: 'read' | 'write'
  /** 2 for a transaction, which pays for its preparation as well. */
  readonly #factor: number

  constructor(kind: 'read' | 'write', factor = 1) {
    this.#kind = kind
    this.#factor = factor
  }

  add(table: TableRow, units: number, index?: string): void {
    let entry = this.#tables.get(table.name)
    if (!entry) this.#tables.set(table.name, entry = { table, units: 0, indexes: new Map() })
    if (index === undefined) entry.units += units * this.#factor
    else entry.indexes.set(index, (entry.indexes.get(index) ?? 0) + units * this.#factor)
  }

  /** As ReturnConsumedCapacity asks for it; undefined for NONE. */
  list(asked: string | undefined): ConsumedCapacity[] | undefined {
    if (asked !== 'TOTAL' && asked !== 'INDEXES') return undefined
    return [...this.#tables.values()].map(({ table, units, indexes }) => {
      const amount = (count: number) => ({
        CapacityUnits: count, ...this.#factor > 1 && { [this.#kind === 'read' ? 'ReadCapacityUnits' : 'WriteCapacityUnits']: count }
      })
      const total = [...indexes.values()].reduce((sum, count) => sum + count, units)
      const byIndex = (isGlobal: boolean) => {
        const found = table.indexes.filter(index => index.isGlobal === isGlobal && indexes.has(index.name))
        return found.length > 0 ? Object.fromEntries(found.map(index => [index.name, amount(indexes.get(index.name)!)])) : undefined
      }
      if (asked === 'TOTAL') return { TableName: table.name, ...amount(total) }
      const [local, global] = [byIndex(false), byIndex(true)]
      return {
        TableName: table.name, ...amount(total), Table: amount(units), ...local && { LocalSecondaryIndexes: local },
        ...global && { GlobalSecondaryIndexes: global }
      }
    })
  }

  one(asked: string | undefined): ConsumedCapacity | undefined {
    return this.list(asked)?.[0]
  }

  /** The answer that cost so much. */
  answer<T extends object>(output: T): T {
    billed.set(output, this)
    return output
  }

  /** Units of the tables that are billed by the request; those with provisioned throughput pay by the hour. */
  usage({ account, region }: Call): { usageType: string, quantity: number, unit: string, resource: string }[] {
    const place = { account, region, partition: partitionOf(region) }
    const unit = this.#kind === 'read' ? 'ReadRequestUnits' : 'WriteRequestUnits'
    return [...this.#tables.values()].filter(({ table }) => table.billing.mode === 'PAY_PER_REQUEST').map(({ table, units, indexes }) => ({
      usageType: unit, quantity: [...indexes.values()].reduce((sum, count) => sum + count, units), unit, resource: tableArn(place, table.name),
    }))
  }
}

/** What a call used, by its answer. */
export const usageOf = (call: Call, output: object) => billed.get(output)?.usage(call) ?? []

/** Units of reading so many bytes: 4 KB each, half of that where it may be stale. */
export const readUnits = (sizeBytes: number, consistent: boolean | undefined): number => Math.max(1, Math.ceil(sizeBytes / 4096)) * (consistent ? 1 : 0.5)

/** Units of writing an item of so many bytes: 1 KB each. */
export const writeUnits = (sizeBytes: number): number => Math.max(1, Math.ceil(sizeBytes / 1024))
