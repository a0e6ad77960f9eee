import type { Change, ResourceChange, ResourceChangeDetail } from '@aws-sdk/client-cloudformation'
import { policyOf, propertiesOf, resourceValues, wantedResources } from '../engine/evaluation.ts'
import { changeOf, nestedStackType } from '../engine/forward.ts'
import { resourceType } from '../engine/handler.ts'
import { sameValue } from '../engine/values.ts'
import { processedTemplate } from '../engine/processed.ts'
import type { CloudFormation, Incarnation, ResourceRow, StackRow } from '../state.ts'
import type { Plan } from '../stacks/plan.ts'
import { knownAfterApply } from '../template/intrinsics.ts'

export interface PlannedChanges {
  /** As DescribeChangeSet lists them. */
  changes: Change[]
  /** Nothing differs: not a resource, an output, a tag. */
  same: boolean
  /** Nothing but resources differs. */
  sameOtherwise: boolean
  /** The properties of the resources, as far as they are known. */
  properties: Map<string, Record<string, unknown>>
}

/** What executing a plan would do to the stack's resources, in the template's order, then what it would remove. */
export async function changesOf(cfn: CloudFormation, stack: StackRow, plan: Plan): Promise<PlannedChanges> {
  const rows = new Map((await cfn.tables.resources.list({ prefix: [stack.id] })).map(row => [row.logicalId, row]))
  const exports = new Map((await cfn.tables.exports.list()).map(row => [row.name, row.value]))
  const replaced = new Set<string>()
  const evaluation = { ...plan.evaluation, known: new Map(), exported: (name: string) => exports.get(name) }
  evaluation.resource = resourceValues(rows, id => replaced.has(id) || !rows.get(id)?.current)
  const wanted = wantedResources(plan.template, evaluation)
  const changes: Change[] = []
  const known: PlannedChanges['properties'] = new Map()
  for (const id of dependencyOrder(wanted)) {
    const template = plan.template.Resources[id]!
    const properties = propertiesOf(plan.template, id, evaluation)
    known.set(id, properties)
    const current = rows.get(id)?.current
    const change = await changeOf(cfn, current, template.Type, properties, plan.model.tags)
    if (change === 'create' || change === 'replace') replaced.add(id)
    if (change === 'create') changes.push({ Type: 'Resource', ResourceChange: {
      Action: 'Add', LogicalResourceId: id, ResourceType: template.Type, Scope: [], Details: [], AfterContext: JSON.stringify({ Properties: properties }),
    } })
    else if (change !== 'none') changes.push({ Type: 'Resource', ResourceChange: await modification(cfn, id, rows.get(id)!, template.Type, properties, plan) })
    else if (current && policiesDiffer(current, template, evaluation)) {
      changes.push({ Type: 'Resource', ResourceChange: {
        Action: 'Modify', LogicalResourceId: id, PhysicalResourceId: current.physicalId, ResourceType: template.Type, Replacement: 'False',
        Scope: ['DeletionPolicy'], Details: [],
      } })
    }
  }
  for (const [id, row] of rows) if (row.current && !wanted.has(id)) changes.push({ Type: 'Resource', ResourceChange: removal(id, row) })
  const otherwise = await sameOtherwise(cfn, stack, plan)
  return { changes, same: changes.length === 0 && otherwise, sameOtherwise: otherwise, properties: known }
}

const policiesDiffer = (
  current: Incarnation, template: { DeletionPolicy?: unknown, UpdateReplacePolicy?: unknown }, evaluation: Parameters<typeof policyOf>[1]
) =>
  current.deletionPolicy !== policyOf(template.DeletionPolicy, evaluation) || current.updateReplacePolicy !== policyOf(template.UpdateReplacePolicy, evaluation)

function removal(id: string, row: ResourceRow): ResourceChange {
  const kept = row.current!.deletionPolicy === 'Retain' || row.current!.deletionPolicy === 'RetainExceptOnCreate'
  return {
    Action: 'Remove', LogicalResourceId: id, PhysicalResourceId: row.current!.physicalId, ResourceType: row.type, Scope: [], Details: [],
    PolicyAction: kept ? 'Retain' : 'Delete',
  }
}

async function modification(
  cfn: CloudFormation, id: string, row: ResourceRow, type: string, properties: Record<string, unknown>, plan: Plan
): Promise<ResourceChange> {
  const current = row.current!
  const handlers = await resourceType(cfn, type)
  const names = [...new Set([...Object.keys(properties), ...Object.keys(current.properties)])]
    .filter(name => !sameValue(properties[name], current.properties[name]))
  const details = names.map((name): ResourceChangeDetail => {
    const dynamic = JSON.stringify(properties[name] ?? '').includes(knownAfterApply)
    const recreation = !handlers.update || handlers.createOnly?.includes(name)
    return {
      Target: {
        Attribute: 'Properties', Name: name, RequiresRecreation: recreation ? dynamic ? 'Conditionally' : 'Always' : 'Never', Path: `/Properties/${name}`,
        ...current.properties[name] !== undefined && { BeforeValue: text(current.properties[name]) },
        ...properties[name] !== undefined && { AfterValue: text(properties[name]) },
        AttributeChangeType: current.properties[name] === undefined ? 'Add' : properties[name] === undefined ? 'Remove' : 'Modify',
      },
      Evaluation: dynamic ? 'Dynamic' : 'Static', ChangeSource: dynamic ? 'ResourceReference' : 'DirectModification',
    }
  })
  const always = details.some(detail => detail.Target!.RequiresRecreation === 'Always') || current.type !== type
  const maybe = details.some(detail => detail.Target!.RequiresRecreation === 'Conditionally')
  const ofTags: ResourceChangeDetail = { Target: { Attribute: 'Tags', RequiresRecreation: 'Never' }, Evaluation: 'Static', ChangeSource: 'DirectModification' }
  const automatic: ResourceChangeDetail = { Evaluation: 'Dynamic', ChangeSource: 'Automatic' }
  if (type === nestedStackType) details.push(automatic)
  const tagsOnly = type !== nestedStackType && names.length === 0 && !sameValue(plan.model.tags, current.tags)
  return {
    Action: 'Modify', LogicalResourceId: id, PhysicalResourceId: current.physicalId, ResourceType: type,
    Replacement: always ? 'True' : maybe ? 'Conditional' : 'False',
    Scope: tagsOnly ? ['Tags'] : ['Properties'], Details: tagsOnly ? [ofTags] : details,
    ...always && { PolicyAction: current.updateReplacePolicy === 'Retain' ? 'ReplaceAndRetain' : 'ReplaceAndDelete' },
    BeforeContext: JSON.stringify({ Properties: current.properties }), AfterContext: JSON.stringify({ Properties: properties }),
  }
}

const text = (value: unknown) => typeof value === 'string' ? value : JSON.stringify(value)

/** Each after those it waits for, so that a replacement is known when what refers to it is looked at. */
function dependencyOrder(wanted: Map<string, string[]>): string[] {
  const order = new Set<string>()
  const visit = (id: string) => {
    if (order.has(id)) return
    for (const target of wanted.get(id) ?? []) visit(target)
    order.add(id)
  }
  for (const id of wanted.keys()) visit(id)
  return [...order]
}

/** Outputs, stack tags, role and metadata: what changes the stack without changing a resource. */
async function sameOtherwise(cfn: CloudFormation, stack: StackRow, plan: Plan): Promise<boolean> {
  if (stack.model.templateId === '') return false
  const earlier = await processedTemplate(cfn, stack.model.templateId)
  const outer = (template: typeof earlier) => [template.Outputs ?? {}, Object.values(template.Resources).map(resource => resource.Metadata ?? {})]
  return sameValue(outer(earlier), outer(plan.template)) && sameValue(stack.model.tags, plan.model.tags) &&
    sameValue(stack.model.notificationArns, plan.model.notificationArns)
    && stack.model.roleArn === plan.model.roleArn
    && (Object.keys(plan.template.Outputs ?? {}).length === 0 || sameValue(stack.model.parameters, plan.model.parameters))
}
