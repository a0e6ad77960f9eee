import type { DeploymentConfig, DeploymentConfigMode, RollbackConfiguration, Stack, StackDriftInformation, StackStatus } from '@aws-sdk/client-cloudformation'
import { arn } from '../../../platform/arns.ts'
import { tagProblem, tagsToList, type Tags } from '../../../platform/tags.ts'
import { setStackStatus } from '../engine/record.ts'
import { processedTemplate } from '../engine/processed.ts'
import { TokenAlreadyExistsException, type CloudFormation, type Model, type OperationRecord, type StackRow } from '../state.ts'
import { ValidationError, type Template } from '../template/template.ts'

/** The stack with a name or an id; a deleted one only by its id. Undefined where there is none. */
export async function stackAt(cfn: CloudFormation, nameOrId: string): Promise<StackRow | undefined> {
  if (nameOrId.startsWith('arn:')) return cfn.tables.stacks.get(nameOrId)
  const named = await cfn.tables.names.get(nameOrId)
  return named && cfn.tables.stacks.get(named.stackId)
}

/** The stack with a name or an id; throws in the words of most operations where there is none. */
export async function requireStack(
  cfn: CloudFormation, nameOrId: string | undefined, message = (name: string) => `Stack with id ${name} does not exist`
): Promise<StackRow> {
  if (!nameOrId) throw new ValidationError("1 validation error detected: Value null at 'stackName' failed to satisfy constraint: Member must not be null")
  const stack = await stackAt(cfn, nameOrId)
  if (!stack) throw new ValidationError(message(nameOrId))
  return stack
}

export const stackArn = (cfn: CloudFormation, name: string, id: string) => arn(cfn, 'cloudformation', `stack/${name}/${id}`)

/** Throws where the text is no name for a stack. */
export function checkStackName(name: string): void {
  if (!/^[a-zA-Z][-a-zA-Z0-9]*$/.test(name)) {
    throw new ValidationError(
      `1 validation error detected: Value '${name}' at 'stackName' failed to satisfy constraint: Member must satisfy regular expression pattern: ` +
      `[a-zA-Z][-a-zA-Z0-9]*`
    )
  }
  if (name.length > 128) {
    throw new ValidationError(
      `1 validation error detected: Value '${name}' at 'stackName' failed to satisfy constraint: Member must have length less than or equal to 128`
    )
  }
}

export function checkTags(tags: Tags): void {
  const problem = tagProblem(tags)
  if (problem) throw new ValidationError(problem)
}

/** Throws unless an update, a change set's execution or a deletion may begin. */
export function checkState(stack: StackRow, allowed: (status: string) => boolean, verb = 'updated'): void {
  if (!allowed(stack.status)) throw new ValidationError(`Stack:${stack.id} is in ${stack.status} state and can not be ${verb}.`)
}

export const updatable = (status: string) => [
  'CREATE_COMPLETE', 'UPDATE_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE', 'CREATE_FAILED', 'UPDATE_FAILED', 'IMPORT_COMPLETE',
].includes(status)

export interface BeginOptions {
  status: string, kind: OperationRecord['kind'], token?: string | undefined, roleArn?: string | undefined, retain?: string[], force?: boolean,
  disableRollback?: boolean,
  onFailure?: OperationRecord['onFailure'], model?: Model, reason?: string,
  /** The stack policy that holds for this update. */
  policy?: string | undefined
  imports?: Record<string, string> | undefined
  nested?: OperationRecord['nested'] | undefined
  failure?: string | undefined
  /** The template passed transforms. */
  transformed?: boolean
}

/** Begins an operation on a stack in the caller's transaction: its status, its record and the task that carries it out. Returns its id. */
export async function begin(cfn: CloudFormation, stack: StackRow, options: BeginOptions): Promise<string> {
  const { kind, token } = options
  const earlier = stack.operation
  // What a stopped operation left half-way keeps the state to return to.
  const continues = earlier?.stopped && kind === 'UPDATE'
  const previous = continues ? earlier.previous : kind === 'UPDATE' || kind === 'IMPORT' ? stack.model : undefined
  const roleArn = options.roleArn ?? stack.model.roleArn
  const operation: OperationRecord = {
    id: continues ? earlier.id : cfn.newId(), kind, phase: 'forward', startedAt: cfn.now(), principal: cfn.principal, retain: options.retain ?? [], failed: {},
    ...options.force && { force: true },
    onFailure: options.onFailure ?? (options.disableRollback ? 'DO_NOTHING' : 'ROLLBACK'),
    ...roleArn !== undefined && { roleArn }, ...token !== undefined && { token }, ...previous && { previous },
    ...options.imports && { imports: options.imports },
    ...options.failure !== undefined && { failure: options.failure }, ...options.nested && { nested: options.nested },
    ...options.policy !== undefined && { policy: options.policy },
  }
  const begun = await setStackStatus(
    cfn, { ...stack, operation, ...options.model && { model: options.model } }, options.status, options.reason ?? 'User Initiated'
  )
  if (options.transformed && options.failure === undefined) await setStackStatus(cfn, begun, options.status, 'Transformation succeeded')
  enqueueOperation(cfn, stack.id)
  return operation.id
}

/** Queues the task that carries a stack's operation out. */
export function enqueueOperation(cfn: CloudFormation, stackId: string): void {
  cfn.enqueue('operate', { stackId }, { order: stackId })
}

/** A request that is sent again with its token is answered as the first was; throws where the token stood for another operation. */
export async function repeated(cfn: CloudFormation, stack: StackRow | undefined, token: string | undefined, kind: string): Promise<boolean> {
  if (!stack || token === undefined) return false
  const [first] = (await cfn.tables.events.list({ prefix: [stack.id] })).filter(event => event.token === token)
  if (!first) return false
  if (!first.status.startsWith(kind)) throw new TokenAlreadyExistsException(`Token ${token} has already been used for another operation.`)
  return true
}

interface DeploymentInput {
  RollbackConfiguration?: RollbackConfiguration | undefined
  DeploymentConfig?: DeploymentConfig | undefined
  DisableRollback?: boolean | undefined
}

/** How an operation is to be carried out, as the stack keeps it. Throws where alarms are to watch over it. */
export function deploymentOf({ RollbackConfiguration: rollback, DeploymentConfig: config, DisableRollback }: DeploymentInput) {
  if (rollback?.RollbackTriggers?.length) throw new ValidationError('RollbackTriggers are not implemented by Fogbank: it has no CloudWatch alarms.')
  return {
    disableRollback: DisableRollback ?? config?.DisableRollback ?? false,
    ...rollback?.MonitoringTimeInMinutes !== undefined && { monitoringMinutes: rollback.MonitoringTimeInMinutes },
    ...config?.Mode !== undefined && { deploymentMode: config.Mode },
  }
}

/** Throws where the caller may not hand the role to CloudFormation. */
export async function checkRole(cfn: CloudFormation, roleArn: string | undefined): Promise<void> {
  if (roleArn === undefined) return
  await cfn.authorize({ action: 'iam:PassRole', resource: roleArn, conditions: { 'iam:PassedToService': 'cloudformation.amazonaws.com' } })
}

export const driftOf = ({ drift }: StackRow): StackDriftInformation =>
  drift ? { StackDriftStatus: drift.status, LastCheckTimestamp: new Date(drift.at) } : { StackDriftStatus: 'NOT_CHECKED' }

/** A stack as DescribeStacks gives it. */
export async function describeStack(cfn: CloudFormation, stack: StackRow): Promise<Stack> {
  const { model } = stack
  const template: Template | undefined = model.templateId === '' ? undefined : await processedTemplate(cfn, model.templateId)
  const parameters = Object.entries(model.parameters).map(([ParameterKey, value]) => ({
    ParameterKey, ParameterValue: hidden(template, ParameterKey) ? '****' : value,
    ...model.resolved?.[ParameterKey] !== undefined && { ResolvedValue: model.resolved[ParameterKey] },
  }))
  const root = stack.rootId === undefined ? stack : await cfn.tables.stacks.get(stack.rootId)
  return {
    StackId: stack.id, StackName: stack.name, StackStatus: stack.status as StackStatus, CreationTime: new Date(stack.createdAt),
    DisableRollback: stack.disableRollback,
    ...stack.changeSetId && { ChangeSetId: stack.changeSetId }, ...stack.description !== undefined && { Description: stack.description },
    ...stack.statusReason !== undefined && { StackStatusReason: stack.statusReason }, ...stack.updatedAt && { LastUpdatedTime: new Date(stack.updatedAt) },
    ...stack.deletedAt && { DeletionTime: new Date(stack.deletedAt) }, ...stack.timeoutMinutes && { TimeoutInMinutes: stack.timeoutMinutes },
    Parameters: parameters, Capabilities: model.capabilities as any, NotificationARNs: model.notificationArns, Tags: tagsToList(model.tags),
    RollbackConfiguration: stack.monitoringMinutes === undefined ? {} : { MonitoringTimeInMinutes: stack.monitoringMinutes },
    ...stack.deploymentMode !== undefined &&
      { DeploymentConfig: { Mode: stack.deploymentMode as DeploymentConfigMode, DisableRollback: stack.disableRollback } },
    ...model.roleArn !== undefined && { RoleARN: model.roleArn }, EnableTerminationProtection: root?.terminationProtection ?? false,
    DriftInformation: driftOf(stack), ...stack.parentId && { ParentId: stack.parentId }, ...stack.rootId && { RootId: stack.rootId },
    Outputs: stack.outputs.map(output => ({
      OutputKey: output.key, OutputValue: output.value, ...output.description !== undefined && { Description: output.description },
      ...output.exportName !== undefined && { ExportName: output.exportName },
    })),
  }
}

const hidden = (template: Template | undefined, key: string) => String(template?.Parameters?.[key]?.NoEcho) === 'true'
