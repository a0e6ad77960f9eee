import type { Runtime } from '../contracts/sandbox.ts'
import { findRuntimes } from './runtimes.ts'

export interface HostDescription {
  /** The strongest driver that works here. */
  driver: 'isolated' | 'process'
  /** Why it is this one, in a sentence. */
  why: string
  runtimes: Runtime[]
  /** What to install or change to get more, in sentences. */
  hints: string[]
}

/** What this host offers for running functions, for `fogbank doctor`. Starts the candidates with --version and nothing else. */
export async function describeHost(options: { path: string }): Promise<HostDescription> {
  const runtimes = await findRuntimes(options.path)
  const hints: string[] = []
  for (const language of ['nodejs', 'python']) {
    const of = runtimes.filter((runtime) => runtime.name.startsWith(language))
    if (!of.length) hints.push(`No ${language} was found on PATH: functions of its runtimes are refused.`)
    const inexact = of.filter((runtime) => !runtime.exact)
    if (inexact.length) hints.push(`${inexact.map((runtime) => `${runtime.name} runs on ${runtime.version}`).join(', ')}: install the version of the name to run exactly that.`)
  }
  return { driver: 'process', why: 'The process driver runs anywhere; it does not isolate.', runtimes, hints }
}
