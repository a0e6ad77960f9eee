import { writeSync } from 'node:fs'
import { openStore } from '../../src/storage/open.ts'
import { accounts, amount, number, type Facts } from './store-facts.ts'

// Writes under load until it is killed, and prints each write once it is acknowledged: `WRITER NUMBER`.
const [folder, run] = process.argv.slice(2) as [string, string]
const store = await openStore({ folder })
writeSync(1, 'open\n')

async function write(writer: number): Promise<void> {
  for (let at = 1; ; at++) {
    await store.transact(async tx => {
      const from = accounts[Math.floor(Math.random() * accounts.length)]!
      const to = accounts[Math.floor(Math.random() * accounts.length)]!
      tx.put(from, amount(number(await tx.get(from)) - 1))
      tx.put(to, amount(number(await tx.get(to)) + 1))
      const facts: Facts = { run, writer, at }
      tx.put(`left/${run}/${writer}`, amount(at))
      tx.put(`row/${run}/${writer}/${at}`, Buffer.from(JSON.stringify(facts).padEnd(500)))
      tx.put(`right/${run}/${writer}`, amount(at))
    })
    writeSync(1, `${writer} ${at}\n`)
  }
}
await Promise.all(Array.from({ length: 16 }, (_, writer) => write(writer)))
