import type { DescribeChangeSetInput, DescribeChangeSetOutput } from '@aws-sdk/client-cloudformation'
import { tagsToList } from '../../../platform/tags.ts'
import { processedTemplate } from '../engine/processed.ts'
import type { CloudFormation } from '../state.ts'
import { requireChangeSet } from './changeset.ts'

/** A change set with its changes; before and after values where IncludePropertyValues asks for them. */
export async function DescribeChangeSet(cfn: CloudFormation, input: DescribeChangeSetInput): Promise<DescribeChangeSetOutput> {
  const set = await requireChangeSet(cfn, input)
  const model = set.model!
  const minutes = set.deployment?.monitoringMinutes
  const template = await processedTemplate(cfn, model.templateId)
  const changes = set.changes.map((change: any) => input.IncludePropertyValues ? change : withoutValues(change))
  return {
    ChangeSetName: set.name, ChangeSetId: set.id, StackId: set.stackId, StackName: set.stackName, CreationTime: new Date(set.createdAt),
    ExecutionStatus: set.executionStatus as any, Status: set.status as any, ...set.statusReason !== undefined && { StatusReason: set.statusReason },
    ...set.description !== undefined && { Description: set.description }, Changes: changes, Capabilities: model.capabilities as any,
    NotificationARNs: model.notificationArns, Tags: tagsToList(model.tags),
    RollbackConfiguration: minutes === undefined ? {} : { MonitoringTimeInMinutes: minutes }, IncludeNestedStacks: set.includesNested ?? false,
    ImportExistingResources: set.importsExisting ?? false, ...set.parentId !== undefined && { ParentChangeSetId: set.parentId, RootChangeSetId: set.rootId },
   
    Parameters: Object.entries(model.parameters).map(([ParameterKey, value]) =>
      ({ ParameterKey, ParameterValue: String(template.Parameters?.[ParameterKey]?.NoEcho) === 'true' ? '****' : value })),
    ...set.deployment?.deploymentMode !== undefined && { DeploymentConfig: { Mode: set.deployment.deploymentMode as any } },
    ...set.onStackFailure !== undefined && { OnStackFailure: set.onStackFailure as any },
  }
}

function withoutValues(change: any): any {
  const { BeforeContext: _, AfterContext: __, ...rest } = change.ResourceChange
  const details = (rest.Details ?? []).map((detail: any) => {
    const { BeforeValue: _, AfterValue: __, AttributeChangeType: ___, Path: ____, ...target } = detail.Target ?? {}
    return { ...detail, Target: target }
  })
  return { ...change, ResourceChange: { ...rest, Details: details } }
}
