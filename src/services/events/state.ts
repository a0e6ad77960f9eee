import type { EventBridge as Client, Target } from '@aws-sdk/client-eventbridge'
import type { Operations } from '../../contracts/aws.ts'
import { arn, parseArn } from '../../platform/arns.ts'
import { awsError } from '../../platform/errors.ts'
import type { EventMatcher } from '../../platform/event-pattern.ts'
import type { Scope } from '../../platform/service.ts'
import { table } from '../../platform/tables.ts'
import type { Tags } from '../../platform/tags.ts'

export type Api = Operations<Client>
export type Input<Name extends keyof Api> = Parameters<Api[Name]>[0]
export type Output<Name extends keyof Api> = Awaited<ReturnType<Api[Name]>>
export type { Target }

export interface BusRow { name: string, description?: string, createdMs: number, modifiedMs: number, statements: object[], tags: Tags }

export interface RuleRow {
  bus: string
  name: string
  pattern?: string
  schedule?: string
  state: 'ENABLED' | 'DISABLED'
  description?: string
  roleArn?: string
  tags: Tags
  targets: Target[]
  /** A rate counts from here. */
  createdMs: number
}

export const tables = {
  buses: table<BusRow>()({ name: 'buses', key: row => [row.name] }),
  rules: table<RuleRow>()({ name: 'rules', key: row => [row.bus, row.name] }),
}

/** The enabled rules of a bus that look at events, with their patterns compiled. */
export type Matchers = { rule: RuleRow, matches: EventMatcher }[]

export interface EventsState { matchers: Map<string, Matchers> }

export type Events = Scope<typeof tables, EventsState>

/** An event as rules see it and targets get it. */
export interface BusEvent {
  version: '0'
  id: string
  'detail-type': string
  source: string
  account: string
  time: string
  region: string
  resources: string[]
  detail: unknown
}

export const defaultBus = 'default'
export const targetsPerRuleMax = 5
export const rulesPerBusMax = 300
export const entryBytesMax = 1024 * 1024
export const retriesDefault = 185
export const eventAgeSecondsDefault = 86_400

export const ResourceNotFoundException = awsError('ResourceNotFoundException')
export const ResourceAlreadyExistsException = awsError('ResourceAlreadyExistsException')
export const LimitExceededException = awsError('LimitExceededException')
export const InvalidEventPatternException = awsError('InvalidEventPatternException')
export const ValidationException = awsError('ValidationException')

/** The name of a bus that a request gives by name or ARN. */
export const busName = (given: string = defaultBus): string => given.startsWith('arn:') ? given.slice(given.lastIndexOf('/') + 1) : given

export const busArn = (events: Pick<Events, 'partition' | 'region' | 'account'>, name: string): string => arn(events, 'events', `event-bus/${name}`)

/** Rules of the default bus do not name it in their ARN. */
export const ruleArn = (events: Pick<Events, 'partition' | 'region' | 'account'>, { bus, name }: { bus: string, name: string }): string =>
  arn(events, 'events', bus === defaultBus ? `rule/${name}` : `rule/${bus}/${name}`)

/** The scope of the account that a bus's ARN names; the caller's for a name. */
export function placeOf(events: Events, bus: string | undefined): Events {
  const account = bus?.startsWith('arn:') ? parseArn(bus)?.account : undefined
  return account === undefined || account === events.account ? events : events.in({ account })
}

/** The bus of a name; the default one is always there. */
export async function busNamed(events: Events, given: string | undefined): Promise<BusRow> {
  const name = busName(given)
  const row = await events.tables.buses.get(name)
  if (row) return row
  if (name !== defaultBus) throw new ResourceNotFoundException(`Event bus ${name} does not exist.`)
  return { name, createdMs: 0, modifiedMs: 0, statements: [], tags: {} }
}

export async function ruleNamed(events: Events, input: { name: string | undefined, bus: string | undefined }): Promise<RuleRow> {
  const bus = await busNamed(events, input.bus)
  const row = await events.tables.rules.get(bus.name, input.name!)
  if (!row) throw new ResourceNotFoundException(`Rule ${input.name} does not exist on EventBus ${bus.name}.`)
  return row
}

/** Forgets the compiled rules of a bus, once its change has committed. */
export const forgetMatchers = (events: Events, bus: string): void => events.onEnd(() => void events.state.matchers.delete(matchersKey(events, bus)))
export const matchersKey = ({ account, region }: Pick<Events, 'account' | 'region'>, bus: string): string => `${account}/${region}/${bus}`
