import { execFile } from 'node:child_process'
import { accessSync, constants, existsSync, readFileSync } from 'node:fs'
import { homedir, release } from 'node:os'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { ownRuntimesFolder } from './beside.ts'

// Checkpoint and restore of processes, by criu of the machine.

const run = promisify(execFile)

/** `folder`: a criu with its own libraries, unpacked from packages; elsewhere the system's. */
export interface Criu { program: string, folder?: string }

export type Checkpoints =
  /** `key`: what a snapshot depends on. `features`: what criu found out about the kernel, which it need not again. */
  | { works: true, criu: Criu, version: string, key: string, features: Uint8Array }
  | { works: false, why: string, hint: string }

const privateCriu = join(homedir(), '.fogbank-criu')
const loaders = { x64: 'usr/lib64/ld-linux-x86-64.so.2', arm64: 'usr/lib/ld-linux-aarch64.so.1' } as Record<string, string>
const libraries = { x64: 'usr/lib/x86_64-linux-gnu', arm64: 'usr/lib/aarch64-linux-gnu' } as Record<string, string>
const hint = 'For Lambda SnapStart, run Fogbank as root on Linux, and install criu 4.1 or newer (the package `criu` of Debian 13, Ubuntu, Fedora, Arch); '
  + `on Debian 12, \`sh ${join(ownRuntimesFolder(), 'snapshots', 'get-criu.sh')}\` unpacks that of Debian 13 into ~/.fogbank-criu, and changes nothing else.`
/** criu keeps here what it found out; only in memory, so that a reboot takes it away. */
const check = 'mount --make-rprivate / && mount -t tmpfs tmpfs /run && "$@" check >/dev/null && exec cat /run/criu.kdat'

/** The command of criu: of one with its own libraries, these are found below `folder`, which may be another name of its folder. */
export function criuCommand(criu: Criu, folder = criu.folder): string[] {
  if (folder === undefined) return [criu.program]
  return [join(folder, loaders[process.arch]!), '--library-path', join(folder, libraries[process.arch]!), join(folder, 'usr/sbin/criu')]
}

const systemFolders = ['/usr/sbin', '/usr/local/sbin']
const known = new Map<string, Promise<Checkpoints>>()

/** Whether processes of sandboxes can be kept and restored here: criu's own check, once. */
export function probeCheckpoints(path: string, own = privateCriu, others = systemFolders): Promise<Checkpoints> {
  const where = [path, own, ...others].join(delimiter)
  let found = known.get(where)
  if (!found) known.set(where, found = probe([...path.split(delimiter), ...others], own))
  return found
}

async function probe(folders: string[], own: string): Promise<Checkpoints> {
  const no = (why: string): Checkpoints => ({ works: false, why, hint })
  if (process.platform !== 'linux') return no('Snapshots of functions need Linux.')
  if (process.getuid?.() !== 0) return no('Snapshots of functions need root.')
  if (!existsSync('/usr/bin/nsenter')) return no('nsenter (util-linux) is not in /usr/bin.')
  const system = folders.filter(Boolean).map((folder) => join(folder, 'criu')).filter(executable).map((program): Criu => ({ program }))
  const found = [...unpacked(own), ...system]
  let why = 'criu is not on this machine.'
  for (const criu of found) {
    try {
      const [said, features] = await Promise.all([
        run(criuCommand(criu)[0]!, [...criuCommand(criu).slice(1), '--version'], { timeout: 5000 }),
        run('/usr/bin/unshare', ['-m', '/bin/sh', '-c', check, 'check', ...criuCommand(criu)], { timeout: 10_000, encoding: 'buffer' }),
      ])
      const version = /Version: (\S+)/.exec(said.stdout)?.[1] ?? ''
      const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim()
      return { works: true, criu, version, key: `criu ${version} ${release()} ${boot}`, features: features.stdout }
    } catch (error) {
      const text = String((error as { stderr?: Uint8Array }).stderr ?? error).trim().split('\n').at(-1)
      why = `${criu.program} cannot keep processes here: ${text}`
    }
  }
  return no(why)
}

function unpacked(folder: string): Criu[] {
  const loader = loaders[process.arch]
  return loader && existsSync(join(folder, loader)) ? [{ program: join(folder, 'usr/sbin/criu'), folder }] : []
}

function executable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
