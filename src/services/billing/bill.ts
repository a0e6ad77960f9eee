import type { UsageSum } from '../../contracts/sinks.ts'
import { costOf, countsItself, priceOf, pricesDate, type Price } from './prices.ts'

/** What something cost in a month, in USD: at the list price, and after the free tier. */
export interface Cost { listUsd: number, usd: number }

export interface ServiceLine extends Cost { service: string, item: string, quantity: number, unit: string }

export interface FunctionLine extends Cost { function: string, region: string, architecture: 'x86_64' | 'arm64', requests: number, gbSeconds: number }

export interface Bill {
  account: string
  month: string
  currency: 'USD'
  pricesDate: string
  services: ServiceLine[]
  functions: FunctionLine[]
  /** API requests that have no price of their own, by service. */
  unpriced: { service: string, requests: number }[]
  total: Cost
}

interface Priced { sum: UsageSum, price: Price, quantity: number }

/** The bill of an account's month. The free tier, where several usages share it, is divided among them by quantity; so are tiers among the lines of a price. */
export function billOf(account: string, month: string, sums: UsageSum[]): Bill {
  const priced: Priced[] = []
  const unpriced = new Map<string, number>()
  for (const sum of sums) {
    const price = priceOf(sum)
    if (price) priced.push({ sum, price, quantity: sum.quantity / price.per })
    else if (sum.usageType === 'API-Request' && !countsItself.has(sum.service)) unpriced.set(sum.service, (unpriced.get(sum.service) ?? 0) + sum.quantity)
  }
  const pools = totalsBy(priced, one => one.price.free?.pool ?? '')
  const items = totalsBy(priced, one => one.price)
  const costs = priced.map(one => ({ ...one, ...shareOf(one, items.get(one.price)!, pools.get(one.price.free?.pool ?? '')!) }))
  return {
    account, month, currency: 'USD', pricesDate, services: serviceLines(costs), functions: functionLines(costs),
    unpriced: [...unpriced].map(([service, requests]) => ({ service, requests })).sort((a, b) => a.service < b.service ? -1 : 1),
    total: costs.reduce((total, cost) => ({ listUsd: total.listUsd + cost.listUsd, usd: total.usd + cost.usd }), { listUsd: 0, usd: 0 }),
  }
}

function totalsBy<Key>(priced: Priced[], keyOf: (one: Priced) => Key): Map<Key, number> {
  const totals = new Map<Key, number>()
  for (const one of priced) totals.set(keyOf(one), (totals.get(keyOf(one)) ?? 0) + one.quantity)
  return totals
}

/** A usage's part in the cost of all usages of its price. `total`: all of the price, `pooled`: all that share its free tier. */
function shareOf({ price, quantity }: Priced, total: number, pooled: number): Cost {
  if (total === 0) return { listUsd: 0, usd: 0 }
  const free = price.free ? Math.min(1, price.free.quantity / pooled) * total : 0
  return { listUsd: costOf(total, price.tiers) * quantity / total, usd: costOf(total - free, price.tiers) * quantity / total }
}

function serviceLines(costs: (Priced & Cost)[]): ServiceLine[] {
  const lines = new Map<string, ServiceLine>()
  for (const { sum, price, quantity, listUsd, usd } of costs) {
    const key = `${sum.service}\n${price.item}`
    const line = lines.get(key) ?? { service: sum.service, item: price.item, quantity: 0, unit: price.unit, listUsd: 0, usd: 0 }
    lines.set(key, { ...line, quantity: line.quantity + quantity, listUsd: line.listUsd + listUsd, usd: line.usd + usd })
  }
  return [...lines.values()].sort((a, b) => order(`${a.service} ${a.item}`, `${b.service} ${b.item}`))
}

function functionLines(costs: (Priced & Cost)[]): FunctionLine[] {
  const lines = new Map<string, FunctionLine>()
  for (const { sum, quantity, listUsd, usd } of costs) {
    if (sum.service !== 'AWSLambda' || sum.resource === undefined) continue
    const architecture = sum.usageType.endsWith('-ARM') ? 'arm64' : 'x86_64'
    const key = `${sum.resource} ${architecture}`
    const line = lines.get(key) ??
      { function: sum.resource.split(':').at(-1)!, region: sum.region, architecture, requests: 0, gbSeconds: 0, listUsd: 0, usd: 0 }
    const counted = sum.unit === 'Requests' ? { requests: line.requests + quantity } : { gbSeconds: line.gbSeconds + quantity }
    lines.set(key, { ...line, ...counted, listUsd: line.listUsd + listUsd, usd: line.usd + usd })
  }
  return [...lines.values()].sort((a, b) => b.listUsd - a.listUsd || order(a.function, b.function))
}

const order = (a: string, b: string) => a < b ? -1 : a > b ? 1 : 0
