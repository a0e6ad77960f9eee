import { mkdirSync, mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import type { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { HttpRequest } from './contracts/call.ts'
import type { Clock } from './contracts/clock.ts'
import type { Sandboxes } from './contracts/sandbox.ts'
import type { Sinks } from './contracts/sinks.ts'
import { createAuthorizer } from './platform/authorize.ts'
import { openBlobs } from './platform/blobs.ts'
import { realClock } from './platform/clock.ts'
import { newUuid } from './platform/ids.ts'
import type { Logger } from './platform/logging.ts'
import { createPlatform, type Platform } from './platform/platform.ts'
import { resourceTypeNames, resourceTypes, roomOf, type Room } from './platform/room.ts'
import type { CloudFacts, ServiceDefinition } from './platform/service.ts'
import { createSinks, type SinkBoard } from './platform/sinks.ts'
import { traceOf } from './platform/tracing.ts'
import { createUsageMeter } from './platform/usage.ts'
import { startGateway } from './protocol/gateway.ts'
import { loadModel } from './protocol/model.ts'
import { routeRequest, writeUnroutedError } from './protocol/routing.ts'
import { validate } from './protocol/validation.ts'
import { openSandboxes } from './sandbox/open.ts'
import { services as everyService } from './services.ts'
import { createIdentityProvider } from './services/iam/provider.ts'
import { boundedByOrganization, createOrganizationDirectory } from './services/organizations/directory.ts'
import { openStore } from './storage/open.ts'

/** How a cloud is to be opened; what main.ts makes of argv and environment. */
export interface CloudConfiguration {
  host: string
  /** 0: any free port. */
  port: number
  /** The data's folder; absent: an ephemeral cloud, in memory and a temporary folder. */
  dataFolder?: string
  log: Logger
  /** The PATH on which runtimes are looked for. */
  path?: string
  clock?: Clock
  /** Default: every service. A definition that is handed in opens with the cloud, a room of the list when it is needed. */
  services?: (ServiceDefinition | Room)[]
  sandboxes?: Sandboxes
  sandboxDriver?: 'isolated' | 'process'
  /** How long a blob that nothing names is kept, in milliseconds; default: an hour. */
  blobGraceMs?: number
}

export interface Cloud {
  endpoint: string
  port: number
  platform: Platform
  sinks: SinkBoard
  sandboxes: Sandboxes
  /** Answers what runs, ends the rest, closes the store. */
  stop(): Promise<void>
}

export const localAccount = '000000000000'

/** The composition root: opens the floors, mounts the services, starts the gateway. */
export async function openCloud(configuration: CloudConfiguration): Promise<Cloud> {
  const { log, clock = realClock(), services = everyService, blobGraceMs } = configuration
  const rooms = services.map(roomOf)
  const ephemeral = configuration.dataFolder === undefined
  const dataFolder = ephemeral ? mkdtempSync(join(tmpdir(), 'fogbank-')) : resolve(configuration.dataFolder!)
  if (!ephemeral) mkdirSync(dataFolder, { recursive: true })
  const store = await openStore(ephemeral ? { memory: true } : { folder: dataFolder })
  const sandboxes = configuration.sandboxes ?? openSandboxes({
    folder: join(dataFolder, 'sandboxes'), log, ...configuration.path !== undefined && { path: configuration.path },
    ...configuration.sandboxDriver && { driver: configuration.sandboxDriver },
  })
  const meter = createUsageMeter({ store, clock, log })
  const sinks = createSinks(meter, log)
  const blobs = openBlobs({ folder: join(dataFolder, 'blobs'), ephemeral })
  const facts: CloudFacts = {
    endpoint: '', port: 0, dataFolder, sandboxes, serveGateway: () => {}, usage: meter, services: rooms.map(({ name }) => name),
    resourceType: resourceTypes(rooms, name => platform.load(name)), resourceTypeNames: resourceTypeNames(rooms, name => platform.load(name)),
  }
  const identity = await createIdentityProvider({ store, clock })
  facts.sessions = identity
  const organizations = createOrganizationDirectory(store)
  facts.organizations = organizations
  const platform: Platform = await createPlatform({
    ...blobGraceMs !== undefined && { blobGraceMs },
    rooms, store, blobs, clock, log, sinks, facts, assume: identity.sessionFor, validate: validateCall,
    authorize: createAuthorizer(boundedByOrganization(identity, organizations), clock.now),
  })
  for (const { name, sinks: names = [] } of rooms) for (const sink of names) sinks.own(sink, () => sinkOf(platform, name, sink))
  const gateway = await startGateway({
    host: configuration.host, port: configuration.port, route: routeRequest, writeError: writeUnroutedError, perform: platform.perform, identity, log,
    now: Date.now, newId: newUuid,
    claim: claimer(rooms, platform),
    ...rooms.some(({ name }) => name === 's3') && {
      crossOrigin: async request => (await platform.load('s3')).crossOrigin?.(platform.scope('s3', {}), request),
    },
  }).catch(async (error: unknown) => {
    await platform.stop()
    await sandboxes.close()
    await store.close()
    if (ephemeral) await rm(dataFolder, { recursive: true, force: true })
    throw error
  })
  facts.port = gateway.port
  facts.endpoint = `http://${reachable(configuration.host)}:${gateway.port}`
  facts.serveGateway = (socket: Socket) => gateway.serveConnection(socket)
  await platform.start()
  // The first id loads Node's crypto, which every request needs: before one waits for it.
  setImmediate(() => void newUuid())
  void sandboxes.recover?.().catch(error => log.warn('what an earlier run left behind could not be ended', { error }))
  return {
    endpoint: facts.endpoint, port: gateway.port, platform, sinks, sandboxes,
    async stop() {
      platform.closing()
      await gateway.close()
      await platform.stop()
      await sandboxes.close()
      await meter.close()
      await blobs.close()
      await store.close()
      if (ephemeral) await rm(dataFolder, { recursive: true, force: true })
    },
  }
}

async function sinkOf<K extends keyof Sinks>(platform: Platform, service: string, name: K): Promise<Sinks[K]> {
  const sink = (await platform.load(service)).sinks![name]!
  const at = (place: { account: string, region: string }) => platform.scope(service, place)
  return ((record: Parameters<Sinks[K]>[0]) => sink(at, record)) as Sinks[K]
}

/** The host part of a URL by which this machine reaches an address that is listened on. */
function reachable(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1'
  return host.includes(':') ? `[${host}]` : host
}

/** In-process calls pass the validation that calls from outside pass. */
function validateCall(service: string, operation: string, input: unknown): void {
  const model = loadModel(service)
  const known = model?.operations[operation]
  if (model && known) validate(model, known, input)
}

function claimer(rooms: Room[], platform: Platform) {
  const claiming = rooms.filter(room => room.claims)
  const asked = rooms.filter(room => room.mayClaim)
  const handler = ({ name }: Room) => async (http: HttpRequest) => {
    const { handle } = (await platform.load(name)).http!
    const sent = http.headers['x-amzn-trace-id']
    const trace = traceOf(Array.isArray(sent) ? sent[0] : sent)
    const origin = { account: localAccount, region: 'us-east-1', sourceIp: http.sourceIp, requestId: http.requestId, signal: () => http.signal }
    return handle(platform.scope(name, { ...origin, ...trace && { trace } }), http)
  }
  return (request: { host: string, path: string, method: string }) => {
    const owner = claiming.find(room => room.claims!(request))
    if (owner) return handler(owner)
    const candidate = asked.find(room => room.mayClaim!(request))
    return candidate && (async () => {
      const { owns } = (await platform.load(candidate.name)).http!
      return await owns!(platform.scope(candidate.name, {}), request) ? handler(candidate) : undefined
    })()
  }
}
