import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

interface Record { pid: number, startedAt: string | undefined }

/** A file for each live sandbox, so that after a kill -9 of Fogbank the next start finds and ends what is left. */
export function remember(folder: string, id: string, pid: number): void {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, `${id}.json`), JSON.stringify({ pid, startedAt: startOf(pid) } satisfies Record))
}

export function forget(folder: string, id: string): void {
  rmSync(join(folder, `${id}.json`), { force: true })
}

/** Ends every process group that an earlier Fogbank on this folder left behind; returns how many. A reused pid has another start time and is left alone. */
export function endOrphans(folder: string): number {
  let ended = 0
  let names: string[]
  try { names = readdirSync(folder) } catch { return 0 }
  for (const name of names) {
    const path = join(folder, name)
    if (name.endsWith('.json')) {
      try {
        const record = JSON.parse(readFileSync(path, 'utf8')) as Record
        if (record.startedAt !== undefined && record.startedAt === startOf(record.pid)) {
          process.kill(-record.pid, 'SIGKILL')
          ended++
        }
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
