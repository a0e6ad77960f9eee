import type { Transaction } from '../contracts/store.ts'
import { bindTables, table } from './tables.ts'

/**
 * Makes the calls of a step take effect once, also where the step is done again after a crash: what the n-th call answered is kept
 * in the transaction of its effect, and answered again. The step must make the same calls in the same order each time.
 * `group`: what is forgotten together, once its end is recorded.
 */
export interface Once { group: string, step: string }

/** Counts the calls of a step as they are made. */
export interface OnceStep extends Once { calls: number }

/** The place of one call in its step. */
export interface OnceCall extends Once { index: number }

interface AnswerRow extends OnceCall { operation: string, output: unknown }

const tables = { answers: table<AnswerRow>()({ name: 'answers', key: row => [row.group, row.step, row.index], scope: 'cloud' }) }
const nowhere = { account: '', region: '' }
const bound = (tx: Transaction) => bindTables('once', tables, tx, nowhere).answers

/** The answer that the call got before, where it has taken effect. */
export async function answerOf(tx: Transaction, { group, step, index }: OnceCall, operation: string): Promise<{ output: any } | undefined> {
  const row = await bound(tx).get(group, step, index)
  return row?.operation === operation ? row : undefined
}

export const keepAnswer = (tx: Transaction, call: OnceCall, operation: string, output: unknown): Promise<void> => bound(tx).put({ ...call, operation, output })

export async function forgetAnswers(tx: Transaction, group: string): Promise<void> {
  for (const { step, index } of await bound(tx).list({ prefix: [group] })) await bound(tx).delete(group, step, index)
}

/** Calls that change nothing are made anew. */
export const changesNothing = (operation: string): boolean => /^(?:Get|List|Describe|Head)[A-Z]/.test(operation)

/** The transaction, and whether anything was written in it. */
export function noticing(tx: Transaction): { tx: Transaction, hasWritten: () => boolean } {
  let written = false
  const noticed: Transaction = {
    get: key => tx.get(key),
    range: range => tx.range(range),
    put(key, value) {
      written = true
      tx.put(key, value)
    },
    delete(key) {
      written = true
      tx.delete(key)
    },
  }
  return { tx: noticed, hasWritten: () => written }
}
