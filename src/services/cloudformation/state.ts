import type { PropertyDifference } from '@aws-sdk/client-cloudformation'
import type { Principal } from '../../contracts/principal.ts'
import { awsError } from '../../platform/errors.ts'
import type { Scope } from '../../platform/service.ts'
import { table } from '../../platform/tables.ts'
import { stackSetTables } from './stacksets/rows.ts'

export const AlreadyExistsException = awsError('AlreadyExistsException')
export const InsufficientCapabilitiesException = awsError('InsufficientCapabilitiesException')
export const ChangeSetNotFoundException = awsError('ChangeSetNotFound', 404)
export const InvalidChangeSetStatusException = awsError('InvalidChangeSetStatus')
export const TokenAlreadyExistsException = awsError('TokenAlreadyExistsException')

export const templateBodyMaxBytes = 51_200
export const templateUrlMaxBytes = 1_048_576
/** Most resource steps of one stack that are under way at once. */
export const parallelStepsMax = 40

/** What a stack is made from: everything that an update can change. */
export interface Model {
  /** Key of the templates table. */
  templateId: string
  /** As text, with previous and default values filled in. */
  parameters: Record<string, string>
  /** Values read from the SSM parameters that the parameters name. */
  resolved?: Record<string, string>
  tags: Record<string, string>
  capabilities: string[]
  notificationArns: string[]
  roleArn?: string
}

export interface OutputRecord { key: string, value: string, description?: string, exportName?: string }

export interface StackRow {
  id: string
  name: string
  status: string
  statusReason?: string
  description?: string
  model: Model
  outputs: OutputRecord[]
  createdAt: number
  updatedAt?: number
  deletedAt?: number
  disableRollback: boolean
  /** How long an update waits before it deletes what it replaced: RollbackConfiguration. */
  monitoringMinutes?: number
  /** `EXPRESS` where the last operation asked for that. */
  deploymentMode?: string
  timeoutMinutes?: number
  terminationProtection: boolean
  policy?: string
  changeSetId?: string
  parentId?: string
  rootId?: string
  retainExceptOnCreate?: boolean
  /** Who created it: whose permissions its operations have, where it has no role. */
  creator: Principal
  operation?: OperationRecord
  drift?: { status: 'DRIFTED' | 'IN_SYNC' | 'NOT_CHECKED' | 'UNKNOWN', at: number }
}

/** The operation under way on a stack; what the next start needs to end it. */
export interface OperationRecord {
  id: string
  kind: 'CREATE' | 'UPDATE' | 'DELETE' | 'IMPORT'
  /** `forward` makes the target; `cleanup` deletes what it replaced; `rollback` restores; `rollback-cleanup` deletes what a failed update made. */
  phase: 'forward' | 'cleanup' | 'rollback' | 'rollback-cleanup'
  startedAt: number
  principal: Principal
  roleArn?: string
  token?: string
  /** The state to return to. */
  previous?: Model
  onFailure: 'ROLLBACK' | 'DELETE' | 'DO_NOTHING'
  retain: string[]
  /** What cannot be deleted is left behind: FORCE_DELETE_STACK. */
  force?: boolean
  cancelled?: boolean
  /** Everything stands; what was replaced is deleted at this time. */
  monitoredUntil?: number
  /** Ended without a rollback (DisableRollback), or its rollback failed: waits for an update, a rollback or a continuation. */
  stopped?: boolean
  /** Resources whose failed rollback is passed over. */
  skip?: string[]
  /** The failed resources of the forward phase, by what failed: create, update. */
  failed: Record<string, string[]>
  policy?: string
  /** Identifiers of what is imported, by logical id: physical ids, or objects of their members as JSON. */
  imports?: Record<string, string>
  /** The change sets of its nested stacks, by logical id, where it executes one that includes them: what has none, or no changes, is left. */
  nested?: Record<string, NestedSet>
  /** Why it fails before anything is made: a transform did. */
  failure?: string
}

/** One thing that a handler made. */
export interface Incarnation {
  type: string
  physicalId: string
  ref?: string
  attributes: Record<string, unknown>
  properties: Record<string, unknown>
  tags: Record<string, string>
  dependencies: string[]
  deletionPolicy: string
  updateReplacePolicy: string
  metadata?: unknown
  /** The random end of its generated name. */
  suffix: string
  /** Its creation failed after it was named: it is there to be deleted. */
  failed?: boolean
}

export interface ResourceRow {
  stackId: string
  logicalId: string
  type: string
  status: string
  statusReason?: string
  updatedAt: number
  /** What stands; absent before it is created and after it is deleted. */
  current?: Incarnation
  /** The suffix of a creation that was begun: the next start tries it again under the same name. */
  begun?: string
  /** The operation that last touched it, what it did, and what stood before. */
  operationId?: string
  change?: 'create' | 'update' | 'replace'
  before?: Incarnation
  /** The properties that an update in place was given, also where it failed half-way. */
  attempted?: Record<string, unknown>
  /** What was replaced, to be deleted in the clean-up phase. */
  obsolete: Incarnation[]
}

export interface EventRow {
  stackId: string
  sequence: number
  id: string
  stackName: string
  logicalId: string
  physicalId: string
  type: string
  at: number
  status: string
  reason?: string
  properties?: string
  token?: string
  operationId?: string
}

export interface TemplateRow {
  id: string
  /** As it was sent. */
  body: string
  /** After the transforms, as JSON. */
  processed: string
  transformed: boolean
}

export interface ChangeSetRow {
  stackId: string
  id: string
  name: string
  stackName: string
  type: 'CREATE' | 'UPDATE' | 'IMPORT'
  imports?: Record<string, string>
  status: string
  statusReason?: string
  executionStatus: string
  description?: string
  createdAt: number
  model?: Model
  /** As DescribeChangeSet lists them. */
  changes: unknown[]
  onStackFailure?: string
  /** Those of the nested stacks, by logical id: executed and deleted with this one. */
  nested?: Record<string, NestedSet>
  includesNested?: boolean
  importsExisting?: boolean
  /** The set that this one is nested in, and the one that all are executed from. */
  parentId?: string
  rootId?: string
  deployment?: Pick<StackRow, 'monitoringMinutes' | 'deploymentMode'>
  principal: Principal
  token?: string
}

/** The change set of a nested stack; `changes`: whether it has any. */
export interface NestedSet { stackId: string, name: string, id: string, changes: boolean }

/** What the last detection found of a resource. */
export interface DriftRow {
  stackId: string
  logicalId: string
  physicalId: string
  type: string
  status: 'IN_SYNC' | 'MODIFIED' | 'DELETED' | 'NOT_CHECKED' | 'UNKNOWN'
  /** Why it could not be compared. */
  reason?: string
  at: number
  /** Properties as JSON: what the template says, and what stands. */
  expected?: string
  actual?: string
  differences?: PropertyDifference[]
  /** What its physical id alone does not say: the other members of its identifier. */
  context?: { Key: string, Value: string }[]
}

export interface DriftDetectionRow {
  id: string
  stackId: string
  status: 'DETECTION_IN_PROGRESS' | 'DETECTION_COMPLETE' | 'DETECTION_FAILED'
  reason?: string
  stackStatus?: 'DRIFTED' | 'IN_SYNC' | 'UNKNOWN'
  drifted?: number
  at: number
  logicalIds?: string[]
  principal: Principal
}

/** A signal to a wait condition: at its handle's token, or at `STACKID/LOGICALID`. */
export interface SignalRow { target: string, uniqueId: string, status: 'SUCCESS' | 'FAILURE', reason: string, data: string, at: number }

/** What the resource of a stack is signalled by, where its creation policy asks for signals. */
export const signalTarget = (stackId: string, logicalId: string): string => `${stackId}/${logicalId}`

export const tables = {
  ...stackSetTables,
  stacks: table<StackRow>()({ name: 'stacks', key: row => [row.id] }),
  /** Names of stacks that are not deleted. */
  names: table<{ name: string, stackId: string }>()({ name: 'names', key: row => [row.name] }),
  resources: table<ResourceRow>()({ name: 'resources', key: row => [row.stackId, row.logicalId] }),
  events: table<EventRow>()({ name: 'events', key: row => [row.stackId, row.sequence] }),
  templates: table<TemplateRow>()({ name: 'templates', key: row => [row.id] }),
  changeSets: table<ChangeSetRow>()({ name: 'changeSets', key: row => [row.stackId, row.name] }),
  drifts: table<DriftRow>()({ name: 'drifts', key: row => [row.stackId, row.logicalId] }),
  driftDetections: table<DriftDetectionRow>()({ name: 'driftDetections', key: row => [row.id] }),
  /** Functions that templates are transformed by. */
  macros: table<{ name: string, functionName: string, resource: string }>()({ name: 'macros', key: row => [row.name] }),
  /** Addresses that take signals. */
  /** Whose nested stack a stack of this name is about to be. */
  nestings: table<{ name: string, parentId: string, rootId: string }>()({ name: 'nestings', key: row => [row.name] }),
  /** What a nested stack was before its parent's operation updated it: what the parent's rollback takes it back to. */
  nestedModels: table<{ operationId: string, stackId: string, model: Model }>()({ name: 'nestedModels', key: row => [row.operationId, row.stackId] }),
  handles: table<{ token: string, stackId: string, logicalId: string }>()({ name: 'handles', key: row => [row.token] }),
  signals: table<SignalRow>()({ name: 'signals', key: row => [row.target, row.uniqueId] }),
  /** Since when a wait condition waits. */
  waits: table<{ stackId: string, logicalId: string, startedAt: number }>()({ name: 'waits', key: row => [row.stackId, row.logicalId] }),
  exports: table<{ name: string, value: string, stackId: string }>()({ name: 'exports', key: row => [row.name] }),
  imports: table<{ name: string, stackId: string, stackName: string }>()({ name: 'imports', key: row => [row.name, row.stackId] }),
}

/** What the service keeps in memory: operations under way, so that a cancellation reaches them at once. */
export interface CloudFormationState {
  running: Map<string, AbortController>
  /** The cloud stops: a step that fails now is not a failure, the next start tries it again. */
  closing: boolean
  /** ARNs of AWS's managed policies by name, once they were asked for. */
  managedPolicies?: Record<string, string>
  /** Custom resources that are waited for, by the token in their response URL. */
  responses: Map<string, (response: unknown) => void>
  /** Who waits for the end of a stack's operation, a stack set's operation or a drift detection, by its id: engine/ends.ts. */
  ended: Map<string, (() => void)[]>
  /** Next event number of each stack, so that events of one millisecond keep their order. */
  sequence: number
}

export type CloudFormation = Scope<typeof tables, CloudFormationState>
