import type { Parameter, StackSet, StackSetDriftDetectionDetails } from '@aws-sdk/client-cloudformation'
import { arn } from '../../../platform/arns.ts'
import { awsError } from '../../../platform/errors.ts'
import { decodeToken, encodeToken } from '../../../platform/pagination.ts'
import { tagsToList } from '../../../platform/tags.ts'
import { parsed } from '../stacks/plan.ts'
import type { CloudFormation } from '../state.ts'
import { ValidationError, type Template } from '../template/template.ts'
import type { SetDrift, StackInstanceRow, StackSetRow } from './rows.ts'

export const StackSetNotFoundException = awsError('StackSetNotFoundException', 404)
export const StackInstanceNotFoundException = awsError('StackInstanceNotFoundException', 404)
export const OperationNotFoundException = awsError('OperationNotFoundException', 404)
export const NameAlreadyExistsException = awsError('NameAlreadyExistsException', 409)
export const StackSetNotEmptyException = awsError('StackSetNotEmptyException', 409)
export const OperationInProgressException = awsError('OperationInProgressException', 409)
export const OperationIdAlreadyExistsException = awsError('OperationIdAlreadyExistsException', 409)
export const InvalidOperationException = awsError('InvalidOperationException')
export const StackNotFoundException = awsError('StackNotFoundException', 404)

/** The set with a name, an id or an ARN; a deleted one only by its id or ARN. */
export async function stackSetAt(cfn: CloudFormation, nameOrId: string): Promise<StackSetRow | undefined> {
  const id = nameOrId.startsWith('arn:') ? nameOrId.slice(nameOrId.indexOf('/') + 1) : nameOrId
  if (id.includes(':')) return cfn.tables.stackSets.get(id)
  const named = await cfn.tables.stackSetNames.get(id)
  return named && cfn.tables.stackSets.get(named.id)
}

/** The same; throws StackSetNotFoundException where there is none, or it is deleted and a living one is asked for. */
export async function requireStackSet(cfn: CloudFormation, nameOrId: string | undefined, options: { deleted?: boolean } = {}): Promise<StackSetRow> {
  const set = await stackSetAt(cfn, nameOrId ?? '')
  if (!set || (set.status === 'DELETED' && !options.deleted)) throw new StackSetNotFoundException(`StackSet ${nameOrId} not found`)
  return set
}

export async function requireInstance(
  cfn: CloudFormation, set: StackSetRow, account: string | undefined, region: string | undefined
): Promise<StackInstanceRow> {
  const row = await cfn.tables.stackInstances.get(set.id, account ?? '', region ?? '')
  if (!row) throw new StackInstanceNotFoundException(`Stack instance for stack set ${set.id}, account ${account} and region ${region} not found`)
  return row
}

export const templateOf = (set: StackSetRow): Template => parsed(set.templateBody)

/** A set as DescribeStackSet gives it. */
export async function describeStackSet(cfn: CloudFormation, set: StackSetRow): Promise<StackSet> {
  const hidden = templateOf(set).Parameters ?? {}
  const regions = new Set((await cfn.tables.stackInstances.list({ prefix: [set.id] })).map(row => row.region))
  const parameters = Object.entries(set.parameters).map(([ParameterKey, value]): Parameter =>
    ({ ParameterKey, ParameterValue: String(hidden[ParameterKey]?.NoEcho) === 'true' ? '****' : value }))
  const selfManaged = set.permissionModel === 'SELF_MANAGED'
  return {
    StackSetName: set.name, StackSetId: set.id, StackSetARN: arn(cfn, 'cloudformation', `stackset/${set.id}`), Status: set.status,
    TemplateBody: set.templateBody,
    Parameters: parameters, Capabilities: set.capabilities as any, Tags: tagsToList(set.tags), PermissionModel: set.permissionModel,
    ...set.description !== undefined && { Description: set.description }, ManagedExecution: { Active: set.managedExecution }, Regions: [...regions],
    ...selfManaged
      ? { AdministrationRoleARN: set.administrationRoleArn, ExecutionRoleName: set.executionRoleName }
      : { AutoDeployment: autoDeploymentView(set) },
    ...set.drift && { StackSetDriftDetectionDetails: driftDetails(set.drift) },
  }
}

const autoDeploymentView = ({ autoDeployment: on }: StackSetRow) =>
  on ? { Enabled: true, RetainStacksOnAccountRemoval: on.retain, ...on.dependsOn && { DependsOn: on.dependsOn } } : { Enabled: false }

export const driftDetails = (drift: SetDrift): StackSetDriftDetectionDetails => ({
  // As long as no stack was compared, nothing is known of any.
  DriftStatus: drift.drifted > 0 ? 'DRIFTED' : drift.inSync > 0 || (drift.total === 0 && drift.status === 'COMPLETED') ? 'IN_SYNC' : 'NOT_CHECKED',
  DriftDetectionStatus: drift.status, LastDriftCheckTimestamp: new Date(drift.at),
  TotalStackInstancesCount: drift.total, DriftedStackInstancesCount: drift.drifted, InSyncStackInstancesCount: drift.inSync,
  InProgressStackInstancesCount: Math.max(0, drift.total - drift.drifted - drift.inSync - drift.failed), FailedStackInstancesCount: drift.failed,
})

/** One page of rows that are in their order already; the token says how many came before. */
export function paged<Row>(
  rows: readonly Row[], operation: string, input: { NextToken?: string | undefined, MaxResults?: number | undefined }
): { page: Row[], NextToken?: string } {
  const position = input.NextToken === undefined ? ['0'] : decodeToken(operation, input.NextToken)
  if (!position) throw new ValidationError('The specified NextToken is not valid.')
  const [start, size] = [Number(position[0]), input.MaxResults ?? 100]
  return { page: rows.slice(start, start + size), ...start + size < rows.length && { NextToken: encodeToken(operation, [start + size]) } }
}
