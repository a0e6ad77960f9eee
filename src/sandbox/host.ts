import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { accessSync, constants, existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import type { Runtime } from '../contracts/sandbox.ts'
import { findCgroups, removeCgroups } from './cgroups.ts'
import { probeCheckpoints } from './criu.ts'
import { openInternet } from './internet.ts'
import { canCall, firstChild } from './linux.ts'
import { ownRuntimesFolder } from './beside.ts'
import { findRuntimes } from './runtimes.ts'
import { findSdk, waysToGetSdk } from './sdk.ts'

const run = promisify(execFile)

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

export type Isolation = { works: true, bwrap: string, privileged: boolean } | { works: false, why: string, hint: string }

/** Whether bubblewrap can make the namespaces that the isolated driver needs: it is tried, in some milliseconds. */
export async function probeIsolation(path: string): Promise<Isolation> {
  const no = (why: string, hint: string): Isolation => ({ works: false, why, hint })
  if (process.platform !== 'linux') return no('Isolation needs Linux.', 'Run Fogbank on Linux to isolate functions from this machine.')
  const bwrap = path.split(delimiter).filter(Boolean).map((folder) => join(folder, 'bwrap')).find(executable)
  const install = 'Install bubblewrap (the package `bubblewrap` of Debian, Ubuntu, Fedora, Arch, Alpine) to isolate functions from this machine.'
  if (!bwrap) return no('bubblewrap (bwrap) is not on PATH.', install)
  const privileged = process.getuid?.() === 0
  if (privileged && !executable('/usr/bin/setpriv')) return no('setpriv is not in /usr/bin.', 'Install util-linux to isolate functions from this machine.')
  if (!canCall()) return no('The native library koffi does not load here.', 'Install the dependencies of Fogbank for this platform.')
  const links = ['bin', 'lib', 'lib64'].filter((name) => existsSync(`/${name}`)).flatMap((name) => ['--ro-bind', `/${name}`, `/${name}`])
  try {
    const namespaces = ['--unshare-pid', '--unshare-net', '--unshare-ipc', '--unshare-uts', ...(privileged ? [] : ['--unshare-user'])]
    const folders = ['--ro-bind', '/usr', '/usr', ...links, '--proc', '/proc', '--dev', '/dev', '--tmpfs', '/tmp']
    await run(bwrap, [...namespaces, ...folders, '/usr/bin/env'], { timeout: 5000, env: {} })
    return { works: true, bwrap, privileged }
  } catch (error) {
    const said = String((error as { stderr?: string }).stderr ?? error).trim()
    const hint = privileged ? 'In a container, give it the right to make namespaces (CAP_SYS_ADMIN).'
      : 'Allow unprivileged user namespaces (kernel.unprivileged_userns_clone, kernel.apparmor_restrict_unprivileged_userns), or run Fogbank as root.'
    return no(`bubblewrap could not make a sandbox here: ${said}`, hint)
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
  const [runtimes, isolation] = await Promise.all([findRuntimes(options.path), probeIsolation(options.path)])
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
    why: isolation.works ? `bubblewrap works${isolation.privileged ? ', as root' : ' in a user namespace'}.`
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
  const links = ['bin', 'lib', 'lib64'].filter((name) => existsSync(`/${name}`)).flatMap((name) => ['--ro-bind', `/${name}`, `/${name}`])
  const args = ['--unshare-pid', '--unshare-net', '--die-with-parent', '--ro-bind', '/usr', '/usr', ...links, '/usr/bin/cat']
  const child = spawn(isolation.bwrap, args, { stdio: ['pipe', 'pipe', 'ignore'], env: {} })
  child.on('error', () => {})
  try {
    // What goes in comes out when everything is there.
    child.stdin.on('error', () => {}).write('ready')
    await Promise.race([once(child.stdout, 'data'), once(child, 'exit')])
    const pid = firstChild(child.pid)
    if (!pid) return lacking('an empty sandbox ended at once.')
    openInternet(pid).close()
    const says = 'Functions reach Fogbank, public IPv4 addresses over TCP, and the names of the internet; not this machine, nor private networks.'
    return { internet: true, says }
  } catch (error) {
    return lacking((error as Error).message)
  } finally {
    child.kill('SIGKILL')
  }
}

function executable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
