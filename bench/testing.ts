import { machine, median } from './measure.ts'
import '../scripts/build.ts'

// What a cloud costs a test suite: creating one in a process that is warm, the first one, and one with its first call.
console.log(machine())
const imported = performance.now()
const { startCloud } = await import('fogbank/testing')
const loadMs = performance.now() - imported

async function created(use: (cloud: Awaited<ReturnType<typeof startCloud>>) => Promise<unknown> = async () => {}): Promise<number> {
  const start = performance.now()
  const cloud = await startCloud()
  await use(cloud)
  const ms = performance.now() - start
  await cloud.stop()
  return ms
}

const first = await created()
const times: number[] = []
for (let round = 0; round < 50; round++) times.push(await created())
const firstCall = await created(cloud => cloud.aws().dynamodb.ListTables({}))
const calls: number[] = []
for (let round = 0; round < 50; round++) calls.push(await created(cloud => cloud.aws().dynamodb.ListTables({})))
const ms = (value: number) => `${value.toFixed(1)} ms`
console.log(`startCloud(): ${ms(median(times))}, at most ${ms(Math.max(...times))} of 50 (goal 50 ms)`)
console.log(`the first of a process: ${ms(first)}, after the import's ${ms(loadMs)}`)
console.log(`with a first call: ${ms(median(calls))}; the first of a process ${ms(firstCall)}`)
