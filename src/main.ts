import type { CommandIo } from './cli/io.ts'

/** A command of `fogbank`. */
interface CommandModule { command: { name: string, summary: string, usage: string, run(args: string[], io: CommandIo): Promise<number> } }

// Loaded when asked for, so that none pays for another.
const commands: Record<string, () => Promise<CommandModule>> = {
  start: () => import('./cli/start.ts'),
  dev: () => import('./cli/dev.ts'),
  deploy: () => import('./cli/deploy.ts'),
  delete: () => import('./cli/delete.ts'),
  invoke: () => import('./cli/invoke.ts'),
  logs: () => import('./cli/logs.ts'),
  cost: () => import('./cli/cost.ts'),
  env: () => import('./cli/env.ts'),
  doctor: () => import('./cli/doctor.ts'),
}

/** Runs the command that the arguments name; sets the exit code: 2 where the command line is wrong. */
export async function main(args: string[]): Promise<void> {
  const io: CommandIo = {
    stdout: process.stdout, stderr: process.stderr, environment: process.env, workingFolder: process.cwd(),
    // Opened by whoever reads it: that takes 3 ms of a start.
    get stdin() { return process.stdin },
  }
  const [first, ...others] = args
  // Whoever read the output has gone (`fogbank logs f | head`): a command is done then, while a cloud goes on.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    if (first !== 'start' && first !== 'dev') process.exit(0)
  })
  if (first === '--version' || first === '-v' || first === 'version') return void io.stdout.write(`${await version()}\n`)
  // `fogbank help deploy` is `fogbank deploy --help`.
  const asksHelp = first === 'help' || first === '--help' || first === '-h'
  const [name, rest] = asksHelp ? [others[0], ['--help']] : [first, others]
  if (name === undefined) return help(io)
  const load = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (!load) {
    const { suggestion } = await import('./cli/args.ts')
    const what = name.startsWith('-') ? 'option' : 'command'
    io.stderr.write(`fogbank: There is no ${what} ${name}.${suggestion(name, Object.keys(commands))} \`fogbank help\` lists the commands.\n`)
    process.exitCode = 2
    return
  }
  const { command } = await load()
  if (rest.includes('--help') || rest.includes('-h')) return void io.stdout.write(`${command.summary}\n\nusage: fogbank ${command.usage}\n`)
  process.exitCode = await command.run(rest, io)
}

async function help(io: CommandIo): Promise<void> {
  io.stdout.write('fogbank: a serverless cloud of your own\n\n')
  for (const load of Object.values(commands)) {
    const { command } = await load()
    io.stdout.write(`  fogbank ${command.name.padEnd(8)} ${command.summary}\n`)
  }
  io.stdout.write('\n`fogbank COMMAND --help` says more.\n')
}

async function version(): Promise<string> {
  const { readFile } = await import('node:fs/promises')
  return JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8')).version
}

