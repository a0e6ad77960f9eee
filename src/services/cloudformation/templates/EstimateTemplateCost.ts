import { deflateRawSync } from 'node:zlib'
import type { EstimateTemplateCostInput, EstimateTemplateCostOutput } from '@aws-sdk/client-cloudformation'
import type { EstimatedResource } from '../../../contracts/estimate.ts'
import { longRunning } from '../../../platform/service.ts'
import { propertiesOf, resourceValues, wantedResources } from '../engine/evaluation.ts'
import { canonical } from '../engine/values.ts'
import { planOf } from '../stacks/plan.ts'
import type { CloudFormation } from '../state.ts'
import { isObject } from '../template/template.ts'

/** The address of a page of this cloud that says what a template's resources cost: those whose condition holds, after the transforms. */
export const EstimateTemplateCost = longRunning(async (cfn: CloudFormation, input: EstimateTemplateCostInput): Promise<EstimateTemplateCostOutput> => {
  const stack = { name: 'estimate', id: `arn:${cfn.partition}:cloudformation:${cfn.region}:${cfn.account}:stack/estimate/${cfn.newId()}` }
  const plan = await planOf(cfn, stack, { ...input, Capabilities: ['CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM', 'CAPABILITY_AUTO_EXPAND'] }, { review: true })
  const evaluation = { ...plan.evaluation, exported: () => '', resource: resourceValues(new Map(), () => true) }
  const kinds = new Map<string, EstimatedResource>()
  for (const id of wantedResources(plan.template, evaluation).keys()) {
    const type = plan.template.Resources[id]!.Type
    const facts = factsOf(type, propertiesOf(plan.template, id, evaluation))
    const kind = canonical({ type, ...facts })
    kinds.set(kind, { type, ...facts, count: (kinds.get(kind)?.count ?? 0) + 1 })
  }
  const template = deflateRawSync(JSON.stringify([...kinds.values()])).toString('base64url')
  return { Url: `${cfn.config.endpoint}/_fogbank/cost/estimate?template=${template}` }
})

/** What of a resource's properties its cost depends on. */
function factsOf(type: string, properties: any): Omit<EstimatedResource, 'type' | 'count'> {
  if (type === 'AWS::Lambda::Function') return { memoryMb: numberOf(properties.MemorySize, 128), arm: [properties.Architectures].flat().includes('arm64') }
  if (type === 'AWS::Lambda::Alias' || type === 'AWS::Lambda::Version') {
    const provisioned = numberOf(properties.ProvisionedConcurrencyConfig?.ProvisionedConcurrentExecutions, 0)
    return provisioned > 0 ? { provisioned } : {}
  }
  if (type === 'AWS::SQS::Queue') return { fifo: String(properties.FifoQueue) === 'true' }
  if (type !== 'AWS::DynamoDB::Table' || properties.BillingMode === 'PAY_PER_REQUEST') return {}
  const throughputs = [properties, ...[properties.GlobalSecondaryIndexes ?? []].flat()].map(one => isObject(one) ? one.ProvisionedThroughput as any : undefined)
  const sum = (name: string) => throughputs.reduce((total, one) => total + numberOf(one?.[name], 0), 0)
  return { readUnits: sum('ReadCapacityUnits'), writeUnits: sum('WriteCapacityUnits') }
}

const numberOf = (value: unknown, otherwise: number): number => Number.isFinite(Number(value ?? NaN)) ? Number(value) : otherwise
