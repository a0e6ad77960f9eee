import type { StackSetOperation, StackSetOperationPreferences } from '@aws-sdk/client-cloudformation'
import { newCode } from '../../../platform/ids.ts'
import { checkRole } from '../stacks/stack.ts'
import type { CloudFormation } from '../state.ts'
import { ValidationError } from '../template/template.ts'
import type { ResultStatus, SetOperationRow, StackInstanceRow, StackSetRow } from './rows.ts'
import { driftDetails, OperationIdAlreadyExistsException, OperationInProgressException, OperationNotFoundException } from './stackset.ts'

/** One account and region that an operation works on. */
export interface Target { account: string, region: string, organizationalUnitId?: string | undefined }

export interface NewOperation {
  action: SetOperationRow['action']
  targets: Target[]
  preferences?: StackSetOperationPreferences | undefined
  operationId?: string | undefined
  retain?: boolean | undefined
  told?: SetOperationRow['targets']
  /** It waits for the operation that runs, and is not refused. */
  queues?: boolean
  waitsFor?: SetOperationRow['waitsFor']
  /** What the operation makes of an instance before it begins; undefined leaves it as it is. */
  prepare?: (target: Target, instance: StackInstanceRow | undefined) => StackInstanceRow | undefined
}

/** Throws unless the administration role lets CloudFormation act as it, and the caller may hand it over. */
export async function checkAdministration(cfn: CloudFormation, set: StackSetRow): Promise<void> {
  if (set.permissionModel !== 'SELF_MANAGED') return
  await checkRole(cfn, set.administrationRoleArn)
  try {
    await cfn.as({ role: set.administrationRoleArn, sessionName: 'StackSet' }).sts.GetCallerIdentity({})
  } catch {
    const [, , , , account, name] = set.administrationRoleArn.split(':')
    throw new ValidationError(`Account ${account} should have '${name!.split('/').at(-1)}' role with trust relationship to CloudFormation service.`)
  }
}

/** Records an operation and the places it works on, in the caller's transaction, and queues the task that carries it out. */
export async function beginOperation(cfn: CloudFormation, set: StackSetRow, input: NewOperation): Promise<string> {
  const id = input.operationId ?? cfn.newId()
  const others = await cfn.tables.stackSetOperations.list({ prefix: [set.id] })
  if (others.some(other => other.id === id)) throw new OperationIdAlreadyExistsException(`Operation ${id} already exists`)
  const running = others.find(other => ['RUNNING', 'STOPPING', 'QUEUED'].includes(other.status))
  if (running && !set.managedExecution && !input.queues) {
    throw new OperationInProgressException(`Another Operation on StackSet ${set.id} is in progress: ${running.id}`)
  }
  const preferences = input.preferences ?? {}
  checkPreferences(preferences)
  await cfn.tables.stackSetOperations.put({
    setId: set.id, id, action: input.action, status: running || input.waitsFor?.length ? 'QUEUED' : 'RUNNING', preferences,
    regions: [...new Set(input.targets.map(target => target.region))],
    createdAt: cfn.now(), administrationRoleArn: set.administrationRoleArn, executionRoleName: set.executionRoleName, principal: cfn.principal,
    ...input.retain !== undefined && { retain: input.retain }, ...input.told && { targets: input.told },
    ...input.waitsFor?.length && { waitsFor: input.waitsFor },
  })
  for (const target of input.targets) {
    const { account, region, organizationalUnitId } = target
    const earlier = await cfn.tables.stackInstances.get(set.id, account, region)
    const instance = input.prepare?.(target, earlier) ?? earlier
    if (instance) await cfn.tables.stackInstances.put({ ...withoutReason(instance), detailed: 'PENDING', lastOperationId: id })
    const unit = organizationalUnitId ?? instance?.organizationalUnitId
    await cfn.tables.stackSetResults.put({
      setId: set.id, operationId: id, account, region, status: 'PENDING', ...unit !== undefined && { organizationalUnitId: unit }
    })
  }
  cfn.enqueue('runStackSetOperation', { setId: set.id, operationId: id }, { order: set.id })
  return id
}

const withoutReason = ({ reason: _, ...instance }: StackInstanceRow): StackInstanceRow => instance

/** An instance that is to be made. */
export const newInstance = (cfn: CloudFormation, set: StackSetRow, { account, region, organizationalUnitId }: Target): StackInstanceRow => ({
  setId: set.id, account, region, stackName: `StackSet-${set.name.slice(0, 80)}-${cfn.newId()}`, status: 'OUTDATED', detailed: 'PENDING' satisfies ResultStatus,
  overrides: {},
  lastOperationId: newCode(12, '0123456789'), ...organizationalUnitId !== undefined && { organizationalUnitId },
})

function checkPreferences(preferences: StackSetOperationPreferences): void {
  const { FailureToleranceCount, FailureTolerancePercentage, MaxConcurrentCount, MaxConcurrentPercentage } = preferences
  if (FailureToleranceCount !== undefined && FailureTolerancePercentage !== undefined) {
    throw new ValidationError('Specify only one of FailureToleranceCount and FailureTolerancePercentage.')
  }
  if (MaxConcurrentCount !== undefined && MaxConcurrentPercentage !== undefined) {
    throw new ValidationError('Specify only one of MaxConcurrentCount and MaxConcurrentPercentage.')
  }
  const strict = preferences.ConcurrencyMode !== 'SOFT_FAILURE_TOLERANCE'
  if (strict && MaxConcurrentCount !== undefined && FailureTolerancePercentage === undefined && MaxConcurrentCount > (FailureToleranceCount ?? 0) + 1) {
    throw new ValidationError('MaxConcurrentCount can be at most one more than the FailureToleranceCount.')
  }
}

export async function requireOperation(cfn: CloudFormation, set: StackSetRow, id: string | undefined): Promise<SetOperationRow> {
  const operation = await cfn.tables.stackSetOperations.get(set.id, id ?? '')
  if (!operation) throw new OperationNotFoundException(`Operation ${id} not found`)
  return operation
}

/** An operation as DescribeStackSetOperation gives it. */
export async function describeOperation(cfn: CloudFormation, row: SetOperationRow): Promise<StackSetOperation> {
  const results = await cfn.tables.stackSetResults.list({ prefix: [row.setId, row.id] })
  return {
    OperationId: row.id, StackSetId: row.setId, Action: row.action, Status: row.status, OperationPreferences: { RegionOrder: [], ...row.preferences },
    CreationTimestamp: new Date(row.createdAt), AdministrationRoleARN: row.administrationRoleArn, ExecutionRoleName: row.executionRoleName,
    ...row.endedAt !== undefined && { EndTimestamp: new Date(row.endedAt) }, ...row.retain !== undefined && { RetainStacks: row.retain },
    ...row.reason !== undefined && { StatusReason: row.reason }, ...row.drift && { StackSetDriftDetectionDetails: driftDetails(row.drift) },
    ...row.targets?.units && { DeploymentTargets: { OrganizationalUnitIds: row.targets.units, ...row.targets.accounts && { Accounts: row.targets.accounts } } },
    StatusDetails: { FailedStackInstancesCount: results.filter(result => result.status === 'FAILED').length },
  }
}
