import type { Readable } from 'node:stream'
import type { Lambda, Loaded } from '../state.ts'
import type { Ran, Work } from './run.ts'
import { execute } from '../durable/execute.ts'

/** An answer that comes in pieces. `failed`: its end is no good one, although all that came was handed on. */
export interface Opened { body: Readable, contentType: string | undefined, version: string, failed(): boolean }

/**
 * Runs a function whose answer is handed on as it comes. `opened` is there with the first bytes; it is undefined for a function that answers as a whole,
 * or not at all. The function waits for the reader, and runs to its end also where the reader has hung up (`signal`).
 */
export function runStreamed(lambda: Lambda, loaded: Loaded, work: Work, signal: AbortSignal): { opened: Promise<Opened | undefined>, ran: Promise<Ran> } {
  const { promise: opened, resolve, reject } = Promise.withResolvers<Opened | undefined>()
  let hasFailed = false
  const ran = execute(lambda, loaded, { ...work, stream: {
    opens(body, contentType, version) {
      const leave = () => void body.destroy()
      if (signal.aborted) leave()
      signal.addEventListener('abort', leave)
      body.once('close', () => signal.removeEventListener('abort', leave))
      resolve({ body, contentType, version, failed: () => hasFailed })
    },
    ends(failed) { hasFailed = failed },
  } })
  ran.then(() => resolve(undefined), reject)
  return { opened, ran }
}
