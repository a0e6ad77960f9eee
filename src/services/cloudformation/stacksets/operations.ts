import { arn } from '../../../platform/arns.ts'
import type { CloudFormation } from '../state.ts'
import { ActivateOrganizationsAccess } from './ActivateOrganizationsAccess.ts'
import { CreateStackInstances } from './CreateStackInstances.ts'
import { CreateStackSet } from './CreateStackSet.ts'
import { DeactivateOrganizationsAccess } from './DeactivateOrganizationsAccess.ts'
import { DeleteStackInstances } from './DeleteStackInstances.ts'
import { DeleteStackSet } from './DeleteStackSet.ts'
import { delegable } from './delegated.ts'
import { DescribeOrganizationsAccess } from './DescribeOrganizationsAccess.ts'
import { DescribeStackInstance } from './DescribeStackInstance.ts'
import { DescribeStackSet } from './DescribeStackSet.ts'
import { DescribeStackSetOperation } from './DescribeStackSetOperation.ts'
import { DetectStackSetDrift } from './DetectStackSetDrift.ts'
import { ImportStacksToStackSet } from './ImportStacksToStackSet.ts'
import { ListStackInstanceResourceDrifts } from './ListStackInstanceResourceDrifts.ts'
import { ListStackInstances } from './ListStackInstances.ts'
import { ListStackSetAutoDeploymentTargets } from './ListStackSetAutoDeploymentTargets.ts'
import { ListStackSetOperationResults } from './ListStackSetOperationResults.ts'
import { ListStackSetOperations } from './ListStackSetOperations.ts'
import { ListStackSets } from './ListStackSets.ts'
import { StopStackSetOperation } from './StopStackSetOperation.ts'
import { UpdateStackInstances } from './UpdateStackInstances.ts'
import { UpdateStackSet } from './UpdateStackSet.ts'

/** What the service's table of contents has of stack sets. */
export const stackSetOperations = {
  ActivateOrganizationsAccess, DeactivateOrganizationsAccess,
  CreateStackInstances: delegable(CreateStackInstances), CreateStackSet: delegable(CreateStackSet), DeleteStackInstances: delegable(DeleteStackInstances),
  DeleteStackSet: delegable(DeleteStackSet), DescribeOrganizationsAccess: delegable(DescribeOrganizationsAccess),
  DescribeStackInstance: delegable(DescribeStackInstance), DescribeStackSet: delegable(DescribeStackSet),
  DescribeStackSetOperation: delegable(DescribeStackSetOperation), DetectStackSetDrift: delegable(DetectStackSetDrift),
  ImportStacksToStackSet: delegable(ImportStacksToStackSet), ListStackInstanceResourceDrifts: delegable(ListStackInstanceResourceDrifts),
  ListStackInstances: delegable(ListStackInstances), ListStackSetAutoDeploymentTargets: delegable(ListStackSetAutoDeploymentTargets),
  ListStackSetOperationResults: delegable(ListStackSetOperationResults), ListStackSetOperations: delegable(ListStackSetOperations),
  ListStackSets: delegable(ListStackSets), StopStackSetOperation: delegable(StopStackSetOperation), UpdateStackInstances: delegable(UpdateStackInstances),
  UpdateStackSet: delegable(UpdateStackSet),
}

interface SetInput { StackSetName?: string | undefined, Regions?: string[] | undefined, TemplateURL?: string | undefined }

const onSet = {
  resource: (cfn: CloudFormation, { StackSetName = '*' }: SetInput) => StackSetName.startsWith('arn:') ? StackSetName
    : arn(cfn, 'cloudformation', `stackset/${StackSetName.includes(':') ? StackSetName : `${StackSetName}:*`}`),
  conditions: (_: CloudFormation, input: SetInput) => ({ 'cloudformation:TargetRegion': input.Regions, 'cloudformation:TemplateUrl': input.TemplateURL }),
}
const anywhere = { resource: '*' as const }

export const stackSetAuthorization = {
  ActivateOrganizationsAccess: anywhere, CreateStackInstances: onSet, CreateStackSet: onSet, DeactivateOrganizationsAccess: anywhere,
  DeleteStackInstances: onSet,
  DeleteStackSet: onSet, DescribeOrganizationsAccess: anywhere, DescribeStackInstance: onSet, DescribeStackSet: onSet, DescribeStackSetOperation: onSet,
  DetectStackSetDrift: onSet, ImportStacksToStackSet: onSet, ListStackInstanceResourceDrifts: onSet, ListStackInstances: onSet,
  ListStackSetAutoDeploymentTargets: onSet, ListStackSetOperationResults: onSet, ListStackSetOperations: onSet,
  ListStackSets: anywhere, StopStackSetOperation: onSet, UpdateStackInstances: onSet, UpdateStackSet: onSet,
}
