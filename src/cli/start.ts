import { parseArgs } from 'node:util'
import { localAccount, openCloud, type Cloud } from '../cloud.ts'
import { createLogger } from '../platform/logging.ts'
import { rootOf } from '../platform/root.ts'
import type { CommandIo } from './io.ts'

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
  async run(args: string[], io: CommandIo): Promise<number> {
    const { values } = parseArgs({ args, options: {
      port: { type: 'string' }, host: { type: 'string' }, data: { type: 'string' }, ephemeral: { type: 'boolean' }, sandbox: { type: 'string' },
      deploy: { type: 'string' }, verbose: { type: 'boolean' },
    } })
    const port = Number(values.port ?? 4566)
    if (!Number.isInteger(port) || port < 0 || port > 65_535) return refuse(io, `--port must be a number from 0 to 65535, not ${values.port}.`)
    if (values.data !== undefined && values.ephemeral) return refuse(io, '--data and --ephemeral exclude each other.')
    if (values.sandbox !== undefined && values.sandbox !== 'isolated' && values.sandbox !== 'process') return refuse(io, `--sandbox is isolated or process, not ${values.sandbox}.`)
    const cloud = await openCloud({
      host: values.host ?? '127.0.0.1', port, log: createLogger(io.stderr, values.verbose ? 'debug' : 'info'),
      ...!values.ephemeral && { dataFolder: values.data ?? '.fogbank' }, ...values.sandbox && { sandboxDriver: values.sandbox as 'isolated' | 'process' },
      ...io.environment.PATH !== undefined && { path: io.environment.PATH },
    }).catch((error: NodeJS.ErrnoException) => refusal(error, port))
    if (typeof cloud === 'string') return refuse(io, cloud)
    io.stdout.write(`ready ${cloud.endpoint}\n`)
    const stopped = stopSignal()
    if (values.deploy !== undefined) await deployAndTell(values.deploy, cloud, io)
    await stopped
    await cloud.stop()
    return 0
  },
}

function refuse(io: CommandIo, message: string): number {
  io.stderr.write(`fogbank: ${message}\n`)
  return 2
}

/** What to do about a cloud that could not open; an error that nobody foresaw goes on. */
function refusal(error: NodeJS.ErrnoException, port: number): string {
  if (error.code === 'EADDRINUSE') return `port ${port} is taken. Another fogbank may be running; --port N chooses another port.`
  if (error.name === 'StoreLockedError' || error.name === 'StoreFormatError') return error.message
  throw error
}

const stopSignal = () => new Promise<void>(resolve => {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve())
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
