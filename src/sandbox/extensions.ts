import { randomUUID } from 'node:crypto'
import type { FunctionSpec, Invocation, SandboxEvent } from '../contracts/sandbox.ts'
import type { Exit, Extension, Instance } from './driver.ts'
import { extensionsFolder, extensionVariables, findExtensions } from './extension-programs.ts'
import type { ApiConnection, ApiRequest } from './http.ts'
import { readLines } from './output.ts'
import { openTelemetry } from './telemetry.ts'
import type { Telemetry } from './telemetry.ts'

// AWS Lambda's Extensions API (2020-01-01) for one environment: who registers, who is waited for, and how they are shut down. States, error types and their
// wording are those of AWS's runtime interface emulator; the limits are the developer guide's, "Using the Lambda Extensions API to create extensions".

const base = '/2020-01-01/extension/'
const json = 'Content-Type: application/json\r\n'
const extensionsMax = 10
const shutdownExternalMs = 2000
const shutdownInternalMs = 500
/** Of the shutdown with external extensions, the runtime has this much. */
const shutdownRuntimeMs = 300
/** Whoever was subscribed has what was told before its SHUTDOWN comes, unless it is slow to take it. */
const lastFlushMs = 300

export type ShutdownReason = 'SPINDOWN' | 'TIMEOUT' | 'FAILURE'
/** How an extension ends an init or an invocation. */
export interface Failure { kind: 'extension', errorType: string, message: string }

type State = 'Started' | 'Registered' | 'Ready' | 'Running' | 'InitError' | 'ExitError' | 'LaunchError'

interface Agent {
  name: string
  id: string
  state: State
  events: string[]
  errorType?: string
  /** Of an external one that was started. */
  program?: Extension
  exited: boolean
  asking?: ApiConnection | undefined
}

export interface Extensions {
  /** Whether there is one, or may be: without, an environment does nothing of what follows. */
  any: boolean
  readonly telemetry: Telemetry
  /** False where the request is none of these APIs'. */
  handle(request: ApiRequest, connection: ApiConnection): boolean
  gone(connection: ApiConnection): void
  /** Starts the programs of /opt/extensions; calls back when all of them are registered. */
  launch(then: () => void): void
  /** The runtime is done with init, or its invocation: calls back when all extensions are, too. */
  runtimeDone(then: () => void): void
  /** Tells whoever registered for it of an invocation. */
  invoke(invocation: Invocation): void
  /** Init is over: says what became of each extension. */
  initEnded(): void
  /** Ends the runtime, then the extensions, each with its time; resolves when nothing is left. */
  shutdown(reason: ShutdownReason): Promise<void>
}

interface Options {
  instance: Instance
  spec: FunctionSpec
  /** What the function's processes have in their environment. */
  variables: Record<string, string>
  /** What happened, to whoever keeps the function's log; its record goes to those who subscribed. */
  tell: (event: SandboxEvent) => void
  fail: (failure: Failure) => void
}

export function openExtensions({ instance, spec, variables, tell, fail }: Options): Extensions {
  const agents: Agent[] = []
  const programs = findExtensions(spec)
  let registering = true
  let shuttingDown: Promise<void> | undefined
  /** Waits for the agents that must be ready. */
  let waiting: { ready: (agent: Agent) => boolean, done: () => void } | undefined
  let shutdownEvent: string | undefined
  const telemetry = openTelemetry({
    connect: (port) => instance.connect(port),
    json: spec.environment.AWS_LAMBDA_LOG_FORMAT === 'JSON',
    onSubscribed: (subscribed, name, types) => tell({ type: 'subscription', api: subscribed, name, types }),
  })

  const check = (): void => {
    if (!waiting || !agents.every(waiting.ready)) return
    const { done } = waiting
    waiting = undefined
    done()
  }
  const waitFor = (ready: (agent: Agent) => boolean, done: () => void): void => {
    waiting = { ready, done }
    check()
  }
  const broken = (errorType: string, message: string): void => {
    waiting = undefined
    if (!shuttingDown) fail({ kind: 'extension', errorType, message })
  }
  const exited = (agent: Agent, how: Exit): void => {
    agent.exited = true
    if (shuttingDown) return
    if (agent.state === 'Started' && (how.code === 126 || how.code === 127)) {
      Object.assign(agent, { state: 'LaunchError', errorType: 'UnknownError' })
      const why = how.code === 126 ? 'permission denied' : 'no such file or directory'
      return broken('Extension.LaunchError', `fork/exec ${extensionsFolder}/${agent.name}: ${why}`)
    }
    // A program that said what is wrong before it ended is known by that.
    const errorType = agent.state === 'InitError' ? 'Extension.InitError' : agent.state === 'ExitError' ? 'Extension.ExitError' : 'Extension.Crash'
    broken(errorType, how.signal ? `signal: ${how.signal === 'SIGKILL' ? 'killed' : how.signal}` : how.code === 0 ? 'exit code 0' : `exit status ${how.code}`)
  }
  const start = (agent: Agent): void => {
    let program: Extension
    try {
      program = agent.program = instance.startExtension(agent.name, extensionVariables(variables))
    } catch (error) {
      Object.assign(agent, { state: 'LaunchError', errorType: 'UnknownError' })
      return broken('Extension.LaunchError', (error as Error).message)
    }
    const say = (line: string, at: number) => {
      telemetry.line('extension', line, at)
      return spec.onOutput(line, at, 'extension')
    }
    readLines(program.stdout, say)
    readLines(program.stderr, say)
    // What it printed last is read before its end counts.
    void program.exited.then((how) => setImmediate(() => exited(agent, how)))
  }
  const send = (agent: Agent, event: string): void => {
    agent.state = 'Running'
    const connection = agent.asking
    agent.asking = undefined
    connection?.respond(200, `${json}Lambda-Extension-Identifier: ${agent.id}\r\nLambda-Extension-Event-Identifier: ${randomUUID()}\r\n`, event)
  }

  const api = {
    register(request: ApiRequest, connection: ApiConnection): void {
      const name = request.headers.get('lambda-extension-name')
      if (!name) return forbid(connection, 'Extension.InvalidExtensionName', 'Empty extension name')
      let body: { events?: unknown, configurationKeys?: unknown[] }
      const malformed = (why: string): void => forbid(connection, 'InvalidRequestFormat', why)
      try { body = JSON.parse(request.body.toString('utf8') || '{}') ?? {} } catch (error) { return malformed((error as Error).message) }
      if (body.configurationKeys?.length) return malformed('configurationKeys are deprecated; use environment variables instead')
      const events = [...new Set(Array.isArray(body.events) ? body.events.map(String) : [])]
      let agent = agents.find((one) => one.name === name)
      const allowed = agent?.program ? ['INVOKE', 'SHUTDOWN'] : ['INVOKE']
      const wrong = events.find((event) => !allowed.includes(event))
      if (wrong !== undefined) {
        const why = wrong === 'SHUTDOWN' ? 'ShutdownEventNotSupportedForInternalExtension' : 'ErrorInvalidEventType'
        return forbid(connection, 'Extension.InvalidEventType', `${wrong}: ${why}`)
      }
      if (agent?.program) {
        if (agent.state !== 'Started') return invalidState(connection, agent, 'Registered')
      } else {
        if (!registering) return forbid(connection, 'Extension.RegistrationClosed', 'Extension registration closed already')
        if (agent) return forbid(connection, 'Extension.InvalidExtensionState', 'Extension with this name already registered')
        if (agents.length >= extensionsMax) return forbid(connection, 'Extension.TooManyExtensions', `Extension limit (${extensionsMax}) reached`)
        agents.push(agent = { name, id: randomUUID(), state: 'Started', events: [], exited: false })
        extensions.any = true
      }
      Object.assign(agent, { state: 'Registered', events })
      const features = (request.headers.get('lambda-extension-accept-feature') ?? '').split(',').map((feature) => feature.trim())
      connection.respond(200, `${json}Lambda-Extension-Identifier: ${agent.id}\r\n`, JSON.stringify({
        functionName: variables.AWS_LAMBDA_FUNCTION_NAME, functionVersion: variables.AWS_LAMBDA_FUNCTION_VERSION, handler: spec.handler,
        ...features.includes('accountId') && spec.accountId && { accountId: spec.accountId },
      }))
      check()
    },
    next(agent: Agent, connection: ApiConnection): void {
      if (agent.asking || !['Registered', 'Running'].includes(agent.state)) return invalidState(connection, agent, 'Ready')
      agent.state = 'Ready'
      agent.asking = connection
      if (shutdownEvent && agent.program) return send(agent, shutdownEvent)
      check()
    },
    error(agent: Agent, request: ApiRequest, connection: ApiConnection, phase: 'Init' | 'Exit'): void {
      const type = request.headers.get('lambda-extension-function-error-type')
      if (!type) return forbid(connection, 'Extension.MissingHeader', 'Lambda-Extension-Function-Error-Type not found')
      const to = `${phase}Error` as const
      const from: State[] = phase === 'Init' ? ['Registered', to] : ['Registered', 'Ready', 'Running', to]
      if (!from.includes(agent.state)) return invalidState(connection, agent, to)
      agent.errorType ??= type
      agent.state = to
      connection.respond(202, json, '{"status":"OK"}\n')
      // An external one exits now, which ends the phase; an internal one does not.
      if (!agent.program) broken(`Extension.${to}`, type)
    },
  }

  function subscribe(agent: Agent, request: ApiRequest, connection: ApiConnection): void {
    const { status, body } = telemetry.subscribe(request.path.endsWith('logs') ? 'logs' : 'telemetry', agent.name, request.body.toString('utf8'))
    connection.respond(status, json, body)
  }

  function withAgent(request: ApiRequest, connection: ApiConnection, then: (agent: Agent) => void): void {
    const id = request.headers.get('lambda-extension-identifier')
    if (!id) return forbid(connection, 'Extension.MissingExtensionIdentifier', 'Missing Lambda-Extension-Identifier header')
    if (!/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(id)) {
      return forbid(connection, 'Extension.InvalidExtensionIdentifier', 'Invalid Lambda-Extension-Identifier')
    }
    const agent = agents.find((one) => one.id === id.toLowerCase())
    if (!agent) return forbid(connection, 'Extension.UnknownExtensionIdentifier', `Unknown extension ${id}`)
    then(agent)
  }

  async function endAll(reason: ShutdownReason): Promise<void> {
    const began = Date.now()
    const live = agents.filter((agent) => agent.program && !agent.exited)
    const limitMs = live.length ? shutdownExternalMs : shutdownInternalMs
    telemetry.drain()
    if (instance.running()) {
      instance.terminate()
      await within(instance.exited, live.length ? shutdownRuntimeMs : limitMs)
      instance.kill()
      await within(instance.exited, shutdownRuntimeMs)
    }
    if (live.length) {
      await within(telemetry.flush(), lastFlushMs)
      shutdownEvent = JSON.stringify({ eventType: 'SHUTDOWN', shutdownReason: reason, deadlineMs: began + limitMs })
      for (const agent of live) {
        if (!agent.events.includes('SHUTDOWN')) agent.program!.kill()
        else if (agent.asking) send(agent, shutdownEvent)
      }
      await within(Promise.all(live.map((agent) => agent.program!.exited)), began + limitMs - Date.now())
    }
    telemetry.close()
    await instance.destroy()
  }

  const extensions: Extensions = {
    any: programs.length > 0,
    telemetry,
    handle(request, connection) {
      const { path, method } = request
      if (path === '/2022-07-01/telemetry' || path === '/2020-08-15/logs') {
        if (method !== 'PUT') return false
        withAgent(request, connection, (agent) => subscribe(agent, request, connection))
        return true
      }
      if (!path.startsWith(base)) return false
      const route = `${method} ${path.slice(base.length)}`
      if (route === 'POST register') api.register(request, connection)
      else if (route === 'GET event/next') withAgent(request, connection, (agent) => api.next(agent, connection))
      else if (route === 'POST init/error') withAgent(request, connection, (agent) => api.error(agent, request, connection, 'Init'))
      else if (route === 'POST exit/error') withAgent(request, connection, (agent) => api.error(agent, request, connection, 'Exit'))
      else return false
      return true
    },
    gone(connection) {
      const agent = agents.find((one) => one.asking === connection)
      // It may ask again on another connection.
      if (agent) Object.assign(agent, { asking: undefined, state: 'Running' })
    },
    launch(then) {
      for (const { name, error } of programs) {
        const agent: Agent = { name, id: randomUUID(), state: 'Started', events: [], exited: false }
        const tooMany = agents.push(agent) > extensionsMax
        const wrong = tooMany ? { type: 'TooManyExtensions', message: 'ErrTooManyExtensions' } : error
        if (wrong) {
          Object.assign(agent, { state: 'LaunchError', errorType: wrong.type })
          return broken('Extension.LaunchError', wrong.message)
        }
        start(agent)
      }
      waitFor((agent) => agent.state !== 'Started', then)
    },
    runtimeDone(then) {
      const init = registering
      registering = false
      waitFor((agent) => agent.state === 'Ready' || !init && !agent.events.includes('INVOKE'), then)
    },
    invoke(invocation) {
      const event = JSON.stringify({
        eventType: 'INVOKE', deadlineMs: Date.now() + invocation.timeoutMs, requestId: invocation.requestId, invokedFunctionArn: invocation.invokedFunctionArn,
        ...invocation.traceHeader && { tracing: { type: 'X-Amzn-Trace-Id', value: invocation.traceHeader } },
      })
      for (const agent of agents) if (agent.events.includes('INVOKE')) send(agent, event)
    },
    initEnded() {
      registering = false
      telemetry.closeSubscriptions()
      for (const { name, state, events, errorType } of agents) tell({ type: 'extension', name, state, events, ...errorType && { errorType } })
    },
    shutdown: (reason) => shuttingDown ??= endAll(reason),
  }
  return extensions
}

function forbid(connection: ApiConnection, errorType: string, errorMessage: string): void {
  connection.respond(403, json, JSON.stringify({ errorMessage, errorType }))
}

function invalidState(connection: ApiConnection, agent: Agent, to: string): void {
  const message = `State transition from ${agent.state} to ${to} failed for extension ${agent.name}. Error: State transition is not allowed`
  forbid(connection, 'Extension.InvalidExtensionState', message)
}

async function within(work: Promise<unknown>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  await Promise.race([work, new Promise((resolve) => { timer = setTimeout(resolve, Math.max(0, ms)) })])
  clearTimeout(timer)
}
