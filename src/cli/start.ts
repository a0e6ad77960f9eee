import { localAccount, openCloud, type Cloud } from '../cloud.ts'
import { createLogger } from '../platform/logging.ts'
import { rootOf } from '../platform/root.ts'
import { StorageFullError, StoreUnavailableError } from '../platform/store-errors.ts'
import { parseArguments } from './args.ts'
import { UsageError } from './client.ts'
import { reported, type CommandIo } from './io.ts'

const usage = `start [--port N] [--host H] [--data DIR | --ephemeral] [--sandbox isolated|process] [--deploy TEMPLATE] [--verbose]

  --port N       port to serve; default 4566, 0 takes a free one
  --host H       address to listen on; default 127.0.0.1
  --data DIR     folder of the data; default .fogbank
  --ephemeral    keep nothing: the data is gone when it stops
  --sandbox D    sandbox driver; default: the strongest that this host has
  --deploy T     deploy this template when it serves, and say how to call its APIs
  --verbose      log every detail

Prints \`ready http://HOST:PORT\` when it serves, and stops cleanly on SIGTERM or Ctrl-C.`

export const command = {
  name: 'start',
  summary: 'Start the cloud',
  usage,
  run: reported(async (args: string[], io: CommandIo): Promise<number> => {
    const { values, flags } = parseArguments(args, {
      port: { kind: 'value' }, host: { kind: 'value' }, data: { kind: 'value' }, ephemeral: { kind: 'flag' }, sandbox: { kind: 'value' },
      deploy: { kind: 'value' }, verbose: { kind: 'flag' },
    }, 0)
    const port = Number(values.port ?? 4566)
    if (!/^\d+$/.test(values.port ?? '0') || port > 65_535) throw new UsageError(`--port must be a number from 0 to 65535, not ${values.port}.`)
    if (values.data !== undefined && flags.has('ephemeral')) throw new UsageError('--data and --ephemeral exclude each other.')
    if (values.sandbox !== undefined && values.sandbox !== 'isolated' && values.sandbox !== 'process') {
      throw new UsageError(`--sandbox is isolated or process, not ${values.sandbox}.`)
    }
    const host = values.host ?? '127.0.0.1'
    const dataFolder = flags.has('ephemeral') ? undefined : values.data ?? '.fogbank'
    const cloud = await openCloud({
      host, port, log: createLogger(io.stderr, flags.has('verbose') ? 'debug' : 'info'), ...dataFolder !== undefined && { dataFolder },
      ...values.sandbox && { sandboxDriver: values.sandbox as 'isolated' | 'process' }, ...io.environment.PATH !== undefined && { path: io.environment.PATH },
    }).catch((error: NodeJS.ErrnoException) => { throw refusal(error, { host, port, dataFolder }) })
    // Whoever reads the line may stop it at once.
    const stopped = stopSignal()
    io.stdout.write(`ready ${cloud.endpoint}\n`)
    if (values.deploy !== undefined) await deployAndTell(values.deploy, cloud, io)
    await stopped
    await cloud.stop()
    return 0
  }),
}

/** What to do about a cloud that could not open; an error that nobody foresaw stays as it is. */
function refusal(error: NodeJS.ErrnoException, { host, port, dataFolder }: { host: string, port: number, dataFolder: string | undefined }): Error {
  const listening = error.syscall === 'listen' || error.syscall === 'getaddrinfo'
  if (error.code === 'EADDRINUSE') return new UsageError(`port ${port} is taken. Another fogbank may be running; --port N chooses another port.`)
  if (listening && error.code === 'EACCES') return new UsageError(`port ${port} may not be opened by this user; --port N chooses another port.`)
  if (listening) return new UsageError(`${host} is no address of this machine (${error.code}); --host H chooses another one.`)
  if (error instanceof StoreUnavailableError || error instanceof StorageFullError) return new UsageError(`${error.message} (--data DIR)`)
  if (dataFolder !== undefined && /^(EACCES|EROFS|ENOTDIR|EEXIST|EPERM|ENOSPC)$/.test(error.code ?? '')) {
    return new UsageError(`the data cannot be kept in ${dataFolder}: ${error.message}. --data DIR names another folder, --ephemeral keeps nothing.`)
  }
  return error
}

/** Resolves at the first SIGTERM or Ctrl-C; a second one ends the process at once. */
const stopSignal = () => new Promise<void>(resolve => {
  let asked = false
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => asked ? process.exit(130) : (asked = true, resolve()))
})

/** Deploys a template into the cloud that just started, and prints a line for each of its APIs that can be pasted. */
async function deployAndTell(template: string, cloud: Cloud, io: CommandIo): Promise<void> {
  const { command: deploy } = await import('./deploy.ts')
  if (await deploy.run([template, '--endpoint', cloud.endpoint], io) !== 0) return
  const region = io.environment.AWS_REGION ?? io.environment.AWS_DEFAULT_REGION ?? 'us-east-1'
  const { apigatewayv2 } = cloud.platform.aws({ principal: rootOf(localAccount), account: localAccount, region })
  const { Items = [] } = await apigatewayv2.GetApis({})
  for (const { ApiId } of Items) {
    const { Items: routes = [] } = await apigatewayv2.GetRoutes({ ApiId })
    const path = routes.map(route => /^(?:GET|ANY) ([^{]*)$/.exec(route.RouteKey ?? '')?.[1]).find(found => found !== undefined) ?? '/'
    io.stdout.write(`\nTry it:  curl ${cloud.endpoint}/_aws/execute-api/${ApiId}${path}\n`)
  }
}
