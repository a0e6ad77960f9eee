import type { ListStackInstanceResourceDriftsInput, ListStackInstanceResourceDriftsOutput } from '@aws-sdk/client-cloudformation'
import { longRunning } from '../../../platform/service.ts'
import type { CloudFormation } from '../state.ts'
import { ValidationError } from '../template/template.ts'
import { accountActor } from './instance.ts'
import { requireOperation } from './operation.ts'
import { requireInstance, requireStackSet } from './stackset.ts'

/** What the drift detection of a set found of the resources of one instance, read where its stack is. */
export const ListStackInstanceResourceDrifts = longRunning(
  async (cfn: CloudFormation, input: ListStackInstanceResourceDriftsInput): Promise<ListStackInstanceResourceDriftsOutput> => {
    const set = await requireStackSet(cfn, input.StackSetName)
    const operation = await requireOperation(cfn, set, input.OperationId)
    if (operation.action !== 'DETECT_DRIFT') throw new ValidationError(`Operation ${operation.id} is no drift detection`)
    const instance = await requireInstance(cfn, set, input.StackInstanceAccount, input.StackInstanceRegion)
    if (instance.stackId === undefined) return { Summaries: [] }
    const { cloudformation } = await accountActor({ cfn, set, operation, actors: new Map() }, instance.account, instance.region)
    const { StackResourceDrifts = [], NextToken } = await cloudformation.DescribeStackResourceDrifts({
      StackName: instance.stackId, ...input.NextToken !== undefined && { NextToken: input.NextToken },
      ...input.MaxResults !== undefined && { MaxResults: input.MaxResults },
      ...input.StackInstanceResourceDriftStatuses && { StackResourceDriftStatusFilters: input.StackInstanceResourceDriftStatuses },
    })
    return {
      Summaries: StackResourceDrifts.map(({ ExpectedProperties: _, ActualProperties: __, DriftStatusReason: ___, ModuleInfo: ____, ...summary }) => summary),
      ...NextToken !== undefined && { NextToken },
    }
  },
)
