import type { Sqs } from './state.ts'

/** So many numbers belong to a run of the process: 8.6 thousand million. */
const numbersPerRun = 2 ** 33

/** Makes `nextNumber` ready: the run's number is written once, before its first use. */
export async function openSequence(sqs: Sqs): Promise<void> {
  const { sequence } = sqs.state
  sequence.opening ??= sqs.transact(async inside => {
    const run = (await inside.tables.runs.get('run'))?.run ?? 0
    await inside.tables.runs.put({ id: 'run', run: run + 1 })
    return run + 1
  }).then(run => {
    sequence.base = run * numbersPerRun
  })
  await sequence.opening
}

/** A number above every one before it, in this run and in earlier ones: unlike the clock, it never goes back. */
export function nextNumber(sqs: Sqs): number {
  const { sequence } = sqs.state
  if (sequence.base === 0) throw new Error('The sequence of SQS was not opened before its first use.')
  return sequence.base + ++sequence.next
}

/** 20 digits that rise, as a FIFO queue's messages carry them. */
export const sequenceText = (seq: number): string => String(18_000_000_000_000_000_000n + BigInt(seq) * 256n)
