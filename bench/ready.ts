import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { inTurn, machine, median } from './measure.ts'

// From the start of the process to its `ready` line, beside the start of a Node that does nothing; and the memory of an idle cloud beside that of a bare server.
const root = dirname(import.meta.dirname)
const folder = mkdtempSync(join(tmpdir(), 'fogbank-bench-'))

function ended(args: string[]): Promise<number> {
  const start = performance.now()
  return new Promise(resolve => spawn(process.execPath, args, { stdio: 'ignore' }).on('exit', () => resolve(performance.now() - start)))
}

function readyThen<T>(args: string[], then: (pid: number) => Promise<T>): Promise<{ ms: number, value: T }> {
  const start = performance.now()
  const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] })
  return new Promise(resolve => child.stdout.once('data', async () => {
    const ms = performance.now() - start
    const value = await then(child.pid!)
    child.on('exit', () => resolve({ ms, value }))
    child.kill('SIGTERM')
  }))
}

const rssMB = (pid: number) => Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024
const fogbank = ['bin/fogbank', 'start', '--port', '0', '--data', folder]
const bare = ['-e', 'require("http").createServer().listen(0, () => console.log("ready")); process.on("SIGTERM", () => process.exit())']

const times = await inTurn(10, { nodeDoingNothing: () => ended(['-e', '0']), fogbankReady: async () => (await readyThen(fogbank, async () => 0)).ms })
const settled = (pid: number) => new Promise<number>(resolve => setTimeout(() => resolve(rssMB(pid)), 500))
const memory = await inTurn(3, { bareServer: async () => (await readyThen(bare, settled)).value, fogbank: async () => (await readyThen(fogbank, settled)).value })
const [floor, us] = [median(times.nodeDoingNothing!), median(times.fogbankReady!)]
const [floorMB, usMB] = [median(memory.bareServer!), median(memory.fogbank!)]
console.log(machine())
console.log(`ready: fogbank ${us.toFixed(0)} ms, node -e 0 ${floor.toFixed(0)} ms, ratio ${(us / floor).toFixed(2)} (goal 2 plus the tables of one service)`)
console.log(`idle memory: fogbank ${usMB.toFixed(0)} MB, a bare node:http server ${floorMB.toFixed(0)} MB, ratio ${(usMB / floorMB).toFixed(2)} (goal 1.5)`)
rmSync(folder, { recursive: true, force: true })
