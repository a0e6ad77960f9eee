import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { FunctionSpec } from '../contracts/sandbox.ts'
import { ownRuntimesFolder } from './beside.ts'
import { isInside, isLink } from './links.ts'

/** What starts a function's program in a sandbox whose first process waits for it (runtimes/provided/launch.sh), or why there is none. */
export interface Launch { script: string, error?: { errorType: string, errorMessage: string } }

/** Whether a runtime is a program that speaks the Runtime API over TCP, rather than one of the bootstraps that ask on descriptor 3. */
export function isLaunched(runtime: string): boolean {
  return /^(provided|java|ruby)/.test(runtime)
}

/** Whether one of our bootstraps is started by a script of the function's own, which sees and changes its variables before. */
export function isWrapped(spec: Pick<FunctionSpec, 'runtime' | 'environment'>): boolean {
  return !isLaunched(spec.runtime) && Boolean(spec.environment.AWS_LAMBDA_EXEC_WRAPPER)
}

/** What the runtime's program is started with, of the runtimes whose bootstrap is ours and asks on descriptor 3. */
export function bootstrapArgs(runtime: string, runtimesFolder: string): string[] {
  return runtime.startsWith('nodejs') ? [join(runtimesFolder, 'nodejs', 'bootstrap.cjs')] : ['-u', join(runtimesFolder, 'python', 'bootstrap.py')]
}

/**
 * The script that sets the function's variables and becomes its program: the `bootstrap` of the code or of a layer, in this order (as the custom runtimes of
 * AWS do), or the program of a runtime that this host has.
 */
export function launchOf(spec: FunctionSpec, environment: Record<string, string>, roots: { task: string, layers: string, runtimes: string }): Launch {
  const program = spec.runtime.startsWith('provided') ? bootstrapOf(spec, roots)
    : spec.runtime.startsWith('java') ? javaOf(spec, environment, roots)
    : isWrapped(spec) ? { command: `"$1" ${bootstrapArgs(spec.runtime, roots.runtimes).map(quoted).join(' ')}` }
    : { command: `"$1" ${quoted(join(roots.runtimes, 'ruby', 'bootstrap.rb'))}` }
  if ('error' in program) return { script: 'exit 1\n#end\n', error: program.error }
  const exports = Object.entries(environment).filter(([name]) => /^[A-Za-z_]\w*$/.test(name)).map(([name, value]) => `export ${name}=${quoted(value)}`)
  const wrapper = spec.runtime.startsWith('provided') ? undefined : environment.AWS_LAMBDA_EXEC_WRAPPER
  // Where there is no /opt of the function's own, its folders stand for it.
  const seen = wrapper?.replace(/^\/opt(?=\/)/, roots.layers).replace(/^\/var\/task(?=\/)/, roots.task)
  const closed = isWrapped(spec) ? '' : ' 3>&- 4>&-'
  return { script: [...exports, `cd ${quoted(roots.task)}`, `exec ${seen ? `${quoted(seen)} ` : ''}${program.command}${closed}`, '#end', ''].join('\n') }
}

const snapshotOptions = ' -XX:-UsePerfData -Dorg.crac.Core.Compat=fogbank.crac -Dfogbank.snapshot=true'
const javaClient = 'com/amazonaws/services/lambda/runtime/api/client/AWSLambda'
const noJavaClient = {
  errorType: 'Runtime.InvalidEntrypoint',
  errorMessage: 'This Fogbank was built without a JDK and has no bootstrap for Java: install one (openjdk-17-jdk-headless) and run `npm run build`, '
    + 'or add com.amazonaws:aws-lambda-java-runtime-interface-client to the package or a layer.',
}

/** As classes, or in a jar: the names of what a jar holds are written in it as they are. */
function hasJavaClient(spec: FunctionSpec): boolean {
  if (existsSync(join(spec.codeFolder, `${javaClient}.class`))) return true
  const places = [[spec.codeFolder, 'lib'], ...spec.layersFolder ? [[spec.layersFolder, 'java/lib']] : []] as [string, string][]
  const jars = places.filter(([root, lib]) => isInside(root, join(root, lib))).flatMap(([root, lib]) => readdirSync(join(root, lib))
    .map((name) => join(root, lib, name)).filter((jar) => jar.endsWith('.jar') && isInside(root, jar) && statSync(jar).isFile()))
  return jars.some((jar) => jar.includes('runtime-interface-client')) || jars.some((jar) => readFileSync(jar).includes(`${javaClient}.class`))
}

function bootstrapOf(spec: FunctionSpec, roots: { task: string, layers: string }): { command: string } | { error: NonNullable<Launch['error']> } {
  const places = [[spec.codeFolder, roots.task], ...spec.layersFolder ? [[spec.layersFolder, roots.layers]] : []] as [string, string][]
  for (const [folder, seen] of places) {
    const own = join(folder, 'bootstrap')
    const path = join(seen, 'bootstrap')
    // Where a link leads to is seen in the sandbox.
    if (isLink(own) && !isInside(folder, own)) return { command: quoted(path) }
    const found = statSync(own, { throwIfNoEntry: false })
    if (!found?.isFile()) continue
    if (found.mode & 0o111) return { command: quoted(path) }
    return { error: { errorType: 'Runtime.InvalidEntrypoint', errorMessage: `fork/exec ${path}: permission denied` } }
  }
  return { error: { errorType: 'Runtime.InvalidEntrypoint', errorMessage: 'Couldn\'t find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]' } }
}

/** "$1" is the runtime's program: the launcher was started with it. The client that the package carries comes before the bootstrap of ours. */
function javaOf(
  spec: FunctionSpec, environment: Record<string, string>, roots: { task: string, layers: string, runtimes: string },
): { command: string } | { error: NonNullable<Launch['error']> } {
  // A snapshot has no connections, and the client of the package would keep its own.
  const hasClient = spec.snapshot === undefined && hasJavaClient(spec)
  if (!hasClient && !existsSync(join(ownRuntimesFolder(), 'java/classes/fogbank/Bootstrap.class'))) return { error: noJavaClient }
  const own = hasClient ? [] : [join(roots.runtimes, 'java', 'classes')]
  const classPath = [roots.task, join(roots.task, 'lib/*'), join(roots.layers, 'java/lib/*'), ...own].join(':')
  // Heap as AWS sizes it: what a function has, less the machine's own needs.
  const heapMB = Math.floor(spec.memoryMB * 0.85)
  const options = `-Xmx${heapMB}m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xshare:auto${spec.snapshot ? snapshotOptions : ''}`
  const main = hasClient ? `${javaClient.replaceAll('/', '.')} ${quoted(environment._HANDLER ?? spec.handler)}` : 'fogbank.Bootstrap'
  return { command: `"$1" ${options} -cp ${quoted(classPath)} ${main}` }
}

function quoted(text: string): string {
  return `'${text.replaceAll('\'', '\'\\\'\'')}'`
}
