import { mkdirSync, readFileSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { clearCgroups } from './cgroups.ts'
import { unmountBelow } from './linux.ts'

interface Record { pid: number, startedAt: string | undefined, cgroups?: string[] }

/** A file for each live sandbox, so that after a kill -9 of Fogbank the next start finds and ends what is left. */
export function remember(folder: string, id: string, pid: number, cgroups?: string[]): void {
  const path = join(folder, `${id}.json`)
  const record = JSON.stringify({ pid, startedAt: startOf(pid), ...(cgroups ? { cgroups } : {}) } satisfies Record)
  try {
    writeFileSync(path, record)
  } catch {
    mkdirSync(folder, { recursive: true })
    writeFileSync(path, record)
  }
}

export function forget(folder: string, id: string): void {
  rmSync(join(folder, `${id}.json`), { force: true })
}

/** Ends every process group that an earlier Fogbank on this folder left behind; returns how many. A reused pid has another start time and is left alone. */
export function endOrphans(folder: string): number {
  let ended = 0
  let names: string[]
  try { names = readdirSync(folder) } catch { return 0 }
  // Before anything is removed: what is mounted there belongs to functions.
  unmountBelow(realpathSync(folder))
  for (const name of names) {
    const path = join(folder, name)
    if (name.endsWith('.json')) {
      try {
        const record = JSON.parse(readFileSync(path, 'utf8')) as Record
        if (record.startedAt !== undefined && record.startedAt === startOf(record.pid)) {
          process.kill(-record.pid, 'SIGKILL')
          ended++
        }
        if (record.cgroups) clearCgroups(record.cgroups)
      } catch { /* A half-written file or a process that is gone. */ }
    }
    rmSync(path, { recursive: true, force: true })
  }
  return ended
}

/** Field 22 of /proc/PID/stat: clock ticks from boot to the start of the process. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
  } catch {
    return undefined
  }
}
