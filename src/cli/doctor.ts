import type { CommandIo } from './io.ts'
import { describeHost } from '../sandbox/host.ts'


export const command = {
  name: 'doctor',
  summary: 'Say what this host offers, and how to get what is missing',
  usage: 'doctor',
  async run(_args: string[], io: CommandIo): Promise<number> {
    const host = await describeHost({ path: io.environment.PATH ?? '' })
    const line = (text: string) => void io.stdout.write(`${text}\n`)
    line(`node      ${process.version}`)
    line(`sandbox   ${host.driver}: ${host.why}`)
    for (const runtime of host.runtimes) line(`runtime   ${runtime.name.padEnd(11)} ${runtime.version.padEnd(10)} ${runtime.executable}${runtime.exact ? '' : ' (not the version of the name)'}`)
    for (const hint of host.hints) line(`hint      ${hint}`)
    return 0
  },
}
