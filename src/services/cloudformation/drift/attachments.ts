import type { ResourceRow } from '../state.ts'
import { isObject } from '../template/template.ts'

/** What a resource adds to a property of another one: to those that its own property names, the things that are called so. */
interface Attachment { to: string, named: string, property: string, called(properties: Record<string, unknown>, physicalId: string): unknown }

const policyName = { property: 'Policies', called: ({ PolicyName }: Record<string, unknown>) => PolicyName }
const policyArn = { property: 'ManagedPolicyArns', called: (_: unknown, physicalId: string) => physicalId }
const entities = [{ to: 'AWS::IAM::Role', named: 'Roles' }, { to: 'AWS::IAM::Group', named: 'Groups' }, { to: 'AWS::IAM::User', named: 'Users' }]

const attachments: Record<string, Attachment[]> = {
  'AWS::IAM::Policy': entities.map(entity => ({ ...entity, ...policyName })), 'AWS::IAM::ManagedPolicy': entities.map(entity => ({ ...entity, ...policyArn })),
  'AWS::IAM::RolePolicy': [{ to: 'AWS::IAM::Role', named: 'RoleName', ...policyName }],
  'AWS::IAM::GroupPolicy': [{ to: 'AWS::IAM::Group', named: 'GroupName', ...policyName }],
  'AWS::IAM::UserPolicy': [{ to: 'AWS::IAM::User', named: 'UserName', ...policyName }],
  'AWS::SNS::Subscription': [{
    to: 'AWS::SNS::Topic', named: 'TopicArn', property: 'Subscription', called: ({ Protocol, Endpoint }) => `${Protocol} ${Endpoint}`,
  }],
  'AWS::IAM::UserToGroupAddition': [{ to: 'AWS::IAM::User', named: 'Users', property: 'Groups', called: ({ GroupName }) => GroupName }],
}

/**
 * What stands of a resource without what other resources of the same stack attach to it: AWS looks for attachments in the template before it compares.
 * Those of other stacks are told as drift, as on AWS. What the resource's own template names is compared all the same.
 */
export function withoutAttached(
  { type, current }: ResourceRow, all: readonly ResourceRow[], expected: Record<string, unknown>, actual: Record<string, unknown>,
): Record<string, unknown> {
  const left = { ...actual }
  for (const { type: otherType, current: other } of all) {
    for (const { to, named, property, called } of other ? attachments[otherType] ?? [] : []) {
      if (to !== type || ![other!.properties[named]].flat().includes(current!.physicalId) || !Array.isArray(left[property])) continue
      const name = called(other!.properties, other!.physicalId)
      const own = [expected[property] ?? []].flat().some(item => nameIn(item) === name)
      if (!own) left[property] = (left[property] as unknown[]).filter(item => nameIn(item) !== name)
    }
  }
  return left
}

function nameIn(item: unknown): unknown {
  if (!isObject(item)) return item
  return item.PolicyName ?? `${item.Protocol} ${item.Endpoint}`
}
