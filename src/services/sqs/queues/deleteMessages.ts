import type { Sqs } from '../state.ts'

const deletedAtOnce = 500

/** Deletes what a queue held that was deleted or purged; with `id` what it knew beside. Done in steps, and again from where it stopped. */
export async function deleteMessages(sqs: Sqs, { q, id }: { q: number, id?: number }): Promise<void> {
  const { ready, taken, returns, ordered, groups, turns, arrivals, bodies, deduplications } = sqs.tables
  const page = { prefix: [q], limit: deletedAtOnce } as const
  await inSteps(sqs, () => ready.list(page), (inside, { at, seq }) => inside.tables.ready.delete(q, at, seq))
  await inSteps(sqs, () => taken.list(page), (inside, { seq }) => inside.tables.taken.delete(q, seq))
  await inSteps(sqs, () => returns.list(page), (inside, { at, seq }) => inside.tables.returns.delete(q, at, seq))
  await inSteps(sqs, () => ordered.list(page), (inside, { group, seq }) => inside.tables.ordered.delete(q, group!, seq))
  await inSteps(sqs, () => groups.list(page), (inside, { group }) => inside.tables.groups.delete(q, group))
  await inSteps(sqs, () => turns.list(page), (inside, { at, order, group }) => inside.tables.turns.delete(q, at, order, group))
  await inSteps(sqs, () => arrivals.list(page), (inside, { seq }) => inside.tables.arrivals.delete(q, seq))
  await inSteps(sqs, () => bodies.list(page), (inside, { seq }) => inside.tables.bodies.delete(q, seq))
  await sqs.tables.counts.delete(q)
  if (id === undefined) return
  const known = { prefix: [id], limit: deletedAtOnce } as const
  await inSteps(sqs, () => deduplications.list(known), (inside, { period, scope, id: own }) => inside.tables.deduplications.delete(id, period, scope, own))
}

async function inSteps<Row>(sqs: Sqs, list: () => Promise<Row[]>, remove: (inside: Sqs, row: Row) => Promise<void>): Promise<void> {
  for (;;) {
    const rows = await list()
    if (rows.length === 0) return
    await sqs.transact(async inside => {
      for (const row of rows) await remove(inside, row)
    })
  }
}
