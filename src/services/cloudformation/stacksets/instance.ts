import type { Stack } from '@aws-sdk/client-cloudformation'
import type { Aws } from '../../../contracts/aws.ts'
import type { Principal } from '../../../contracts/principal.ts'
import { tagsToList } from '../../../platform/tags.ts'
import { whenEnded } from '../engine/ends.ts'
import type { CloudFormation } from '../state.ts'
import { newInstance } from './operation.ts'
import type { SetOperationRow, SetResultRow, StackInstanceRow, StackSetRow } from './rows.ts'
import { serviceManagedRole } from './service-managed.ts'
import { templateOf } from './stackset.ts'

/** An operation as it runs. `actors`: who acts in each account, once that was found out. */
export interface SetRun { cfn: CloudFormation, set: StackSetRow, operation: SetOperationRow, actors: Map<string, Promise<Principal>> }

/** What an operation made of an instance; `gone`: it is no more. */
export type InstanceOutcome = Partial<StackInstanceRow> | 'gone'

/** AWS of one account and region, as the execution role there: assumed by the administration role, which CloudFormation assumes. */
export async function accountActor(run: SetRun, account: string, region: string): Promise<Aws> {
  const { cfn, actors } = run
  const found = actors.get(account) ?? (run.set.permissionModel === 'SERVICE_MANAGED' ? serviceManagedRole(cfn, account) : executionRole(run, account))
  actors.set(account, found)
  return cfn.in({ account, region }).as({ principal: await found })
}

async function executionRole({ cfn, operation }: SetRun, account: string): Promise<Principal> {
  const { administrationRoleArn, executionRoleName } = operation
  const roleArn = `arn:${cfn.partition}:iam::${account}:role/${executionRoleName}`
  const administrator = cfn.as({ role: administrationRoleArn, sessionName: 'StackSet' })
  try {
    const { AssumedRoleUser: user } = await administrator.sts.AssumeRole({ RoleArn: roleArn, RoleSessionName: 'StackSet' })
    return { type: 'assumed-role', account, arn: user!.Arn!, userId: user!.AssumedRoleId!, roleArn, issuedAt: cfn.now() }
  } catch {
    const name = administrationRoleArn.split('/').at(-1)
    throw new Error(`Account ${account} should have '${executionRoleName}' role with trust relationship to Role '${name}'.`)
  }
}

/** Does at one place what the operation is. Throws an Error whose message is the reason. Done again after a crash, it finds what it made by its name. */
export async function placed(run: SetRun, result: SetResultRow, aws: Aws): Promise<InstanceOutcome> {
  const instance = await run.cfn.tables.stackInstances.get(run.set.id, result.account, result.region) ?? await madeAnew(run, result)
  // An instance that an earlier try has deleted already.
  if (!instance) return 'gone'
  const { action, retain } = run.operation
  if (action === 'DELETE') return retain ? 'gone' : deleted(run.cfn, instance, aws)
  if (action === 'DETECT_DRIFT') return drifted(run.cfn, instance, aws)
  return deployed(run, instance, aws)
}

/** An instance that is to be created, and that an operation which was waited for has deleted. */
async function madeAnew({ cfn, set, operation }: SetRun, { account, region, organizationalUnitId }: SetResultRow): Promise<StackInstanceRow | undefined> {
  if (operation.action !== 'CREATE') return undefined
  const instance = { ...newInstance(cfn, set, { account, region, organizationalUnitId }), lastOperationId: operation.id }
  await cfn.transact(tx => tx.tables.stackInstances.put(instance))
  return instance
}

export const forgetInstance = (cfn: CloudFormation, { setId, account, region }: StackInstanceRow): Promise<void> =>
  cfn.tables.stackInstances.delete(setId, account, region)

const describe = (aws: Aws, StackName: string): Promise<Stack | undefined> =>
  aws.cloudformation.DescribeStacks({ StackName }).then(({ Stacks }) => Stacks?.[0], (error: Error) => {
    if (/does not exist/.test(error.message)) return undefined
    throw error
  })

const settled = async (cfn: CloudFormation, aws: Aws, id: string): Promise<Stack | undefined> =>
  whenEnded(cfn, id, () => describe(aws, id), stack => stack?.StackStatus?.endsWith('_IN_PROGRESS') ?? false)

/** The stack that stands for the instance, when nothing goes on on it; undefined where there is none. */
async function standing(cfn: CloudFormation, instance: StackInstanceRow, aws: Aws): Promise<Stack | undefined> {
  const found = await describe(aws, instance.stackId ?? instance.stackName)
  const stack = found && await settled(cfn, aws, found.StackId!)
  return stack?.StackStatus === 'DELETE_COMPLETE' ? undefined : stack
}

/** Creates the stack, or updates it. One whose creation failed is deleted before. */
async function deployed({ cfn, set }: SetRun, instance: StackInstanceRow, aws: Aws): Promise<InstanceOutcome> {
  const declared = templateOf(set).Parameters ?? {}
  const values = { ...set.parameters, ...instance.overrides }
  const input = {
    Parameters: Object.entries(values).filter(([key]) => Object.hasOwn(declared, key))
      .map(([ParameterKey, ParameterValue]) => ({ ParameterKey, ParameterValue })),
    Capabilities: set.capabilities as any, Tags: tagsToList(set.tags), TemplateBody: set.templateBody,
  }
  let stack = await standing(cfn, instance, aws)
  if (stack && /^(CREATE_FAILED|ROLLBACK_COMPLETE|ROLLBACK_FAILED|REVIEW_IN_PROGRESS|DELETE_FAILED)$/.test(stack.StackStatus!)) {
    await deleted(cfn, instance, aws)
    stack = undefined
  }
  if (!stack) {
    const { StackId } = await aws.cloudformation.CreateStack({ StackName: instance.stackName, ...input })
    await cfn.transact(async tx => {
      const fresh = await tx.tables.stackInstances.get(instance.setId, instance.account, instance.region)
      if (fresh) await tx.tables.stackInstances.put({ ...fresh, stackId: StackId! })
    })
    stack = await settled(cfn, aws, StackId!)
  } else {
    try {
      await aws.cloudformation.UpdateStack({ StackName: stack.StackId!, ...input })
    } catch (error) {
      if ((error as Error).message !== 'No updates are to be performed.') throw error
    }
    stack = await settled(cfn, aws, stack.StackId!)
  }
  if (!/^(CREATE|UPDATE|IMPORT)_COMPLETE$|^UPDATE_COMPLETE_/.test(stack?.StackStatus ?? '')) throw new Error(await failureOf(aws, stack))
  return { stackId: stack!.StackId!, status: 'CURRENT', detailed: 'SUCCEEDED' }
}

/** Why a stack failed, in the words of stack sets: of its first resource that failed. */
async function failureOf(aws: Aws, stack: Stack | undefined): Promise<string> {
  if (!stack) return 'The stack is gone.'
  const { StackEvents = [] } = await aws.cloudformation.DescribeStackEvents({ StackName: stack.StackId! })
  const begin = StackEvents.findIndex(event => event.PhysicalResourceId === stack.StackId && /^(CREATE|UPDATE|DELETE)_IN_PROGRESS$/.test(event.ResourceStatus!))
  const first = StackEvents.slice(0, begin + 1).reverse()
    .find(event => event.ResourceStatus!.endsWith('_FAILED') && event.PhysicalResourceId !== stack.StackId)
  if (!first) return stack.StackStatusReason ?? `The stack is in ${stack.StackStatus} state.`
  return `ResourceLogicalId:${first.LogicalResourceId}, ResourceType:${first.ResourceType}, ResourceStatusReason:${first.ResourceStatusReason}.`
}

async function deleted(cfn: CloudFormation, instance: StackInstanceRow, aws: Aws): Promise<InstanceOutcome> {
  const stack = await standing(cfn, instance, aws)
  if (!stack) return 'gone'
  await aws.cloudformation.DeleteStack({ StackName: stack.StackId! })
  const end = await settled(cfn, aws, stack.StackId!)
  if (end && end.StackStatus !== 'DELETE_COMPLETE') throw new Error(await failureOf(aws, end))
  return 'gone'
}

async function drifted(cfn: CloudFormation, instance: StackInstanceRow, aws: Aws): Promise<InstanceOutcome> {
  if (instance.stackId === undefined) throw new Error('The stack instance has no stack.')
  const { StackDriftDetectionId: id } = await aws.cloudformation.DetectStackDrift({ StackName: instance.stackId })
  const found = await whenEnded(cfn, id!, () => aws.cloudformation.DescribeStackDriftDetectionStatus({ StackDriftDetectionId: id! }),
    detection => detection.DetectionStatus === 'DETECTION_IN_PROGRESS')
  if (found.DetectionStatus === 'DETECTION_FAILED') throw new Error(found.DetectionStatusReason ?? 'Drift detection failed.')
  return { detailed: 'SUCCEEDED', drift: { status: found.StackDriftStatus === 'DRIFTED' ? 'DRIFTED' : 'IN_SYNC', at: cfn.now() } }
}
