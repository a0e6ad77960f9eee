import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Runtime } from '../contracts/sandbox.ts'
import { findCgroups, removeCgroups } from './cgroups.ts'
import { probeCheckpoints } from './criu.ts'
import { reasonOf, startTrial } from './confine.ts'
import { openInternet } from './internet.ts'
import { isKnown } from './launcher.ts'
import { canCall, firstChild } from './linux.ts'
import { ownRuntimesFolder } from './beside.ts'
import { findRuntimes } from './runtimes.ts'
import { findSdk, waysToGetSdk } from './sdk.ts'

export interface HostDescription {
  /** The strongest driver that works here. */
  driver: 'isolated' | 'process'
  /** Why it is this one, in a sentence. */
  why: string
  runtimes: Runtime[]
  /** Which network functions have, in a sentence. */
  network: string
  /** Whether they have the internet, and that alone. */
  internet: boolean
  /** Whether functions can have SnapStart, and with what, or why not, in a sentence. */
  snapshots: { works: boolean, says: string }
  /** What to install or change to get more, in sentences. */
  hints: string[]
}

export type Isolation = { works: true, privileged: boolean } | { works: false, why: string, hint: string }

/** Whether this host lets Fogbank make the namespaces and mounts that the isolated driver needs: it is tried, in some milliseconds. */
export async function probeIsolation(): Promise<Isolation> {
  const no = (why: string, hint: string): Isolation => ({ works: false, why, hint })
  if (process.platform !== 'linux') return no('Isolation needs Linux.', 'Run Fogbank on Linux to isolate functions from this machine.')
  const processors = 'Run Fogbank on x86-64 or 64-bit ARM to isolate functions from this machine.'
  if (!isKnown(process.arch)) return no(`Isolation is not there for ${process.arch}.`, processors)
  if (!canCall()) return no('The native library koffi does not load here.', 'Install the dependencies of Fogbank for this platform.')
  const privileged = process.getuid?.() === 0
  const folder = mkdtempSync(join(tmpdir(), 'fogbank-trial-'))
  try {
    const child = startTrial(folder, privileged, '/usr/bin/env', [])
    const { code } = await child.exited
    if (code === 0) return { works: true, privileged }
    const hint = privileged ? 'In a container, give it the right to make namespaces (CAP_SYS_ADMIN). The kernel must be 5.12 or newer.'
      : 'Allow unprivileged user namespaces (kernel.unprivileged_userns_clone, kernel.apparmor_restrict_unprivileged_userns), or run Fogbank as root.'
    return no(`No sandbox can be made here: ${await reasonOf(child)}`, hint)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const waysToGet: Record<string, string> = {
  nodejs: 'Install Node.js 20, 22 or 24 (nodejs.org, or the package `nodejs`).',
  python: 'Install Python 3.10 or newer (the package `python3`, or pyenv).',
  ruby: 'Install Ruby 3 (the package `ruby`, or rbenv).',
  java: 'Install Java 17 or newer (the package `openjdk-17-jdk-headless`).',
}

/** What this host offers for running functions, for `fogbank doctor`. Starts the candidates with --version and one empty sandbox. */
export async function describeHost(options: { path: string }): Promise<HostDescription> {
  const [runtimes, isolation] = await Promise.all([findRuntimes(options.path), probeIsolation()])
  const hints: string[] = []
  if (!isolation.works) hints.push(isolation.hint)
  else {
    const cgroups = findCgroups()
    removeCgroups(cgroups)
    const missing = ['memory', 'pids', 'cpu'].filter((controller) => !(controller in cgroups.folders))
    const how = 'run Fogbank as root, or in a delegated scope (systemd-run --user -p Delegate=yes)'
    if (missing.length) hints.push(`No control group for ${missing.join(', ')} can be made here: ${how}.`)
  }
  for (const language of ['nodejs', 'python', 'ruby', 'java']) {
    const of = runtimes.filter((runtime) => runtime.name.startsWith(language))
    if (!of.length) hints.push(`No ${language} was found on PATH: functions of its runtimes are refused. ${waysToGet[language]}`)
    const inexact = of.filter((runtime) => !runtime.exact)
    const pairs = inexact.map((runtime) => `${runtime.name} runs on ${runtime.version}`).join(', ')
    if (inexact.length) hints.push(`${pairs}: install the version of the name to run exactly that.`)
  }
  const sdk = findSdk(ownRuntimesFolder())
  const forThose = 'for functions that do not package it:'
  if (isolation.works && !sdk.node) hints.push(`The AWS SDK for JavaScript, ${forThose} \`${waysToGetSdk.nodejs}\`, with the clients that they use.`)
  if (isolation.works && !sdk.python) hints.push(`boto3, ${forThose} \`${waysToGetSdk.python}\`, unless the Python that runs them has it.`)
  const network = await networkOf(isolation)
  if (network.hint) hints.push(network.hint)
  const checkpoints = await probeCheckpoints(options.path)
  if (isolation.works && !checkpoints.works) hints.push(checkpoints.hint)
  return {
    snapshots: checkpoints.works && isolation.works ? { works: true, says: `criu ${checkpoints.version} keeps functions and restores them.` }
      : { works: false, says: checkpoints.works ? 'Snapshots of functions need isolated sandboxes.' : checkpoints.why },
    network: network.says,
    internet: network.internet,
    driver: isolation.works ? 'isolated' : 'process',
    why: isolation.works ? `Sandboxes work here${isolation.privileged ? ', as root' : ', in a user namespace'}.`
      : `The process driver runs anywhere and does not isolate. ${isolation.why}`,
    runtimes, hints,
  }
}

/** Tries what a function's network would be, in an empty sandbox. */
async function networkOf(isolation: Isolation): Promise<{ internet: boolean, says: string, hint?: string }> {
  if (!isolation.works) return { internet: false, says: 'Functions have the network of this machine.' }
  const lacking = (why: string): { internet: boolean, says: string, hint: string } => ({
    internet: false,
    says: `Functions reach Fogbank and no other network: ${why}`,
    hint: 'Run Fogbank as root, on a kernel with nf_tables and its redirections (nft_redir), to give functions the internet; or with --sandbox process.',
  })
  if (!isolation.privileged) return lacking('a network of their own needs root.')
  const folder = mkdtempSync(join(tmpdir(), 'fogbank-trial-'))
  const child = startTrial(folder, true, '/bin/sh', ['-c', 'echo ready; read -r _ <&3'])
  try {
    await Promise.race([once(child.stdout, 'data'), child.exited])
    const pid = firstChild(child.pid)
    if (!pid) return lacking('an empty sandbox ended at once.')
    openInternet(pid).close()
    const says = 'Functions reach Fogbank, public IPv4 addresses over TCP, and the names of the internet; not this machine, nor private networks.'
    return { internet: true, says }
  } catch (error) {
    return lacking((error as Error).message)
  } finally {
    child.channel.destroy()
    await child.exited
    rmSync(folder, { recursive: true, force: true })
  }
}
