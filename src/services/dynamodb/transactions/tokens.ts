import { hash } from 'node:crypto'
import { IdempotentParameterMismatchException, tokenLifetimeMs, type Db, type Input } from '../state.ts'

/** Whether this very request, by its ClientRequestToken, was done within the last ten minutes; remembers it where it was not. */
export async function seenBefore(db: Db, input: Input<'TransactWriteItems'>): Promise<boolean> {
  const { ClientRequestToken: token, ...request } = input
  if (token === undefined) return false
  const digest = hash('sha256', JSON.stringify(request, (_, value) => value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value))
  const slot = Math.floor(db.now() / tokenLifetimeMs)
  for (const each of [slot, slot - 1]) {
    const known = await db.tables.tokens.get(each, token)
    if (!known || known.at <= db.now() - tokenLifetimeMs) continue
    if (known.digest === digest) return true
    throw new IdempotentParameterMismatchException('The request uses the same client token as a previous, but non-identical request.')
  }
  await db.tables.tokens.put({ slot, token, digest, at: db.now() })
  for (const old of await db.tables.tokens.list({ before: [slot - 1], limit: 5 })) await db.tables.tokens.delete(old.slot, old.token)
  return false
}
