import type { CloudFormation as Client } from '@aws-sdk/client-cloudformation'
import { arn } from '../../platform/arns.ts'
import { service } from '../../platform/service.ts'
import { claims, signalPath } from './claims.ts'
import { resourceTypes } from './cloudformation.ts'
import { completeChangeSet, CreateChangeSet } from './changesets/CreateChangeSet.ts'
import { DeleteChangeSet } from './changesets/DeleteChangeSet.ts'
import { DescribeChangeSet } from './changesets/DescribeChangeSet.ts'
import { ExecuteChangeSet } from './changesets/ExecuteChangeSet.ts'
import { ListChangeSets } from './changesets/ListChangeSets.ts'
import { DescribeStackDriftDetectionStatus } from './drift/DescribeStackDriftDetectionStatus.ts'
import { DescribeStackResourceDrifts } from './drift/DescribeStackResourceDrifts.ts'
import { detectStackDrift } from './drift/detect.ts'
import { DetectStackDrift } from './drift/DetectStackDrift.ts'
import { DetectStackResourceDrift } from './drift/DetectStackResourceDrift.ts'
import { tellTopics } from './notifications/tellTopics.ts'
import { operate } from './engine/operate.ts'
import { takeResponse } from './engine/response.ts'
import { ListExports } from './exports/ListExports.ts'
import { ListImports } from './exports/ListImports.ts'
import { GetStackPolicy } from './policies/GetStackPolicy.ts'
import { SetStackPolicy } from './policies/SetStackPolicy.ts'
import { DescribeStackResource } from './resources/DescribeStackResource.ts'
import { DescribeStackResources } from './resources/DescribeStackResources.ts'
import { ListStackResources } from './resources/ListStackResources.ts'
import { takeSignal } from './signals/signal.ts'
import { SignalResource } from './signals/SignalResource.ts'
import { CancelUpdateStack } from './stacks/CancelUpdateStack.ts'
import { ContinueUpdateRollback } from './stacks/ContinueUpdateRollback.ts'
import { CreateStack } from './stacks/CreateStack.ts'
import { DeleteStack } from './stacks/DeleteStack.ts'
import { DescribeEvents } from './stacks/DescribeEvents.ts'
import { DescribeStackEvents } from './stacks/DescribeStackEvents.ts'
import { DescribeStacks } from './stacks/DescribeStacks.ts'
import { ListStacks } from './stacks/ListStacks.ts'
import { RollbackStack } from './stacks/RollbackStack.ts'
import { UpdateStack } from './stacks/UpdateStack.ts'
import { UpdateTerminationProtection } from './stacks/UpdateTerminationProtection.ts'
import { tables, type CloudFormation, type CloudFormationState } from './state.ts'
import { accountMoved } from './stacksets/auto-deployment.ts'
import { stackSetAuthorization, stackSetOperations } from './stacksets/operations.ts'
import { runStackSetOperation } from './stacksets/run.ts'
import { EstimateTemplateCost } from './templates/EstimateTemplateCost.ts'
import { GetTemplate } from './templates/GetTemplate.ts'
import { GetTemplateSummary } from './templates/GetTemplateSummary.ts'
import { ValidateTemplate } from './templates/ValidateTemplate.ts'
import { DescribeType } from './types/DescribeType.ts'
import { ListTypes } from './types/ListTypes.ts'

const stackResource = (cfn: CloudFormation, input: { StackName?: string | undefined }) =>
  input.StackName?.startsWith('arn:') ? input.StackName : arn(cfn, 'cloudformation', `stack/${input.StackName ?? '*'}/*`)
const onStack = { resource: stackResource }

/** A change set named by its ARN belongs to the stack that its row names. */
const onChangeSet = {
  resource: async (cfn: CloudFormation, input: { StackName?: string | undefined, ChangeSetName?: string | undefined }) => {
    if (input.StackName !== undefined || !input.ChangeSetName?.startsWith('arn:')) return stackResource(cfn, input)
    return (await cfn.tables.changeSets.list()).find(row => row.id === input.ChangeSetName)?.stackId ?? stackResource(cfn, {})
  },
}

const templateConditions = { conditions: (_: CloudFormation, input: { TemplateURL?: string | undefined, RoleARN?: string | undefined }) =>
  ({ 'cloudformation:TemplateUrl': input.TemplateURL, 'cloudformation:RoleArn': input.RoleARN }) }

export const cloudformation = service<Client, CloudFormation>({
  name: 'cloudformation',
  billing: 'AWSCloudFormation',
  tables,
  operations: {
    CancelUpdateStack, ContinueUpdateRollback, CreateChangeSet, CreateStack, DeleteChangeSet, DeleteStack, DescribeChangeSet, DescribeEvents,
    DescribeStackEvents,
    DescribeStackResource,
    DescribeStackResources, DescribeStacks, DescribeStackDriftDetectionStatus,
    DescribeStackResourceDrifts, DetectStackDrift, DetectStackResourceDrift, ExecuteChangeSet, GetStackPolicy, GetTemplate, GetTemplateSummary, ListChangeSets,
    ListExports, ListImports, ListStackResources, ListStacks,
    RollbackStack, SetStackPolicy, SignalResource, UpdateStack, UpdateTerminationProtection, ValidateTemplate, DescribeType, EstimateTemplateCost, ListTypes,
    ...stackSetOperations,
  },
  authorization: {
    ...stackSetAuthorization, DescribeType: { resource: '*' }, EstimateTemplateCost: { resource: '*' }, ListTypes: { resource: '*' },
    CancelUpdateStack: onStack, ContinueUpdateRollback: onStack, CreateChangeSet: { ...onStack, ...templateConditions },
    CreateStack: { ...onStack, ...templateConditions },
    DeleteChangeSet: onChangeSet, DeleteStack: onStack, DescribeChangeSet: onChangeSet, DescribeEvents: onChangeSet, DescribeStackEvents: onStack,
    DescribeStackResource: onStack,
    DescribeStackResources: onStack, DescribeStacks: onStack, ExecuteChangeSet: onChangeSet, GetTemplate: onStack, GetTemplateSummary: onStack,
    ListChangeSets: onStack,
    ListExports: { resource: '*' }, ListImports: { resource: '*' }, ListStackResources: onStack, ListStacks: { resource: '*' }, RollbackStack: onStack,
    DescribeStackDriftDetectionStatus: { resource: '*' }, DescribeStackResourceDrifts: onStack, DetectStackDrift: onStack, DetectStackResourceDrift: onStack,
    GetStackPolicy: onStack, SetStackPolicy: { ...onStack, conditions: (_, input) => ({ 'cloudformation:StackPolicyUrl': input.StackPolicyURL }) },
    SignalResource: onStack, UpdateStack: { ...onStack, ...templateConditions }, UpdateTerminationProtection: onStack, ValidateTemplate: { resource: '*' },
  },
  open: (): CloudFormationState => ({ running: new Map(), responses: new Map(), ended: new Map(), closing: false, sequence: 0 }),
  close: async (state: CloudFormationState) => {
    state.closing = true
    for (const abort of state.running.values()) abort.abort()
  },
  hears: { 'organizations.account.moved': accountMoved },
  tasks: { completeChangeSet, operate, detectStackDrift, runStackSetOperation, tellTopics },
  http: { claims, handle: (cfn, request) => request.path.startsWith(signalPath) ? takeSignal(cfn, request) : takeResponse(cfn, request) },
  resourceTypes,
})
