import { describeHost, type HostDescription } from '../sandbox/host.ts'
import { parseArguments } from './args.ts'
import { reported, type CommandIo } from './io.ts'
import { painter, type Painter } from './text.ts'

export const command = {
  name: 'doctor',
  summary: 'Say what this host offers, and how to get what is missing',
  usage: 'doctor [--json]\n\n'
    + 'The sandbox driver that would run functions here, their network, SnapStart, the runtimes found, and the way to get what is missing.',
  run: reported(async (args: string[], io: CommandIo): Promise<number> => {
    const { flags } = parseArguments(args, { json: { kind: 'flag' } }, 0)
    const host = await describeHost({ path: io.environment.PATH ?? '' })
    io.stdout.write(flags.has('json') ? `${JSON.stringify(host, undefined, 2)}\n` : doctorText(host, painter(io.stdout, io.environment)))
    return 0
  }),
}

/** What stands, a line each, then what is missing and how to get it. */
export function doctorText(host: HostDescription, paint: Painter): string {
  const mark = (good: boolean) => good ? paint.green('ok  ') : paint.yellow('note')
  const lines = [
    `${mark(true)} node      ${process.version} on ${process.platform} ${process.arch}`,
    `${mark(host.driver === 'isolated')} sandbox   ${host.driver}: ${host.why}`,
    `${mark(host.internet)} network   ${host.network}`,
    `${mark(host.snapshots.works)} snapstart ${host.snapshots.says}`,
    ...host.runtimes.map(({ name, version, executable, exact }) =>
      `${mark(exact)} runtime   ${name.padEnd(13)} ${version.padEnd(10)} ${executable}${exact ? '' : '  (another version than the name says)'}`),
  ]
  // The commands below say the same of runtimes, and how.
  const hints = [...host.hints.filter(hint => !hint.includes('install the version of the name')), ...waysToGet(host)]
  if (hints.length === 0) return `${lines.join('\n')}\n\nNothing is missing.\n`
  return `${lines.join('\n')}\n\nTo get more:\n${hints.map(hint => `  - ${hint}`).join('\n')}\n`
}

/** A command for each runtime that is not here in the version of its name. */
function waysToGet(host: HostDescription): string[] {
  return host.runtimes.filter(runtime => !runtime.exact).map(({ name }) => {
    const [, language, version] = /^([a-z]+)([\d.]+?)(?:\.x)?$/.exec(name) ?? []
    if (language === 'nodejs') {
      const folder = `~/.fogbank-node${version}`
      return `${name}: \`npm install --prefix ${folder} node@${version}\`, and put ${folder}/node_modules/node/bin on PATH; or \`nvm install ${version}\`.`
    }
    if (language === 'python') {
      return `${name}: \`pyenv install ${version}\` (found where pyenv keeps it), or \`uv python install ${version}\` and its folder on PATH.`
    }
    return `${name}: install ${language} ${version} and put it on PATH.`
  })
}
