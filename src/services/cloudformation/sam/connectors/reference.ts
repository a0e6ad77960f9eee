import { getAtt, logicalIdOf, ref } from '../intrinsics.ts'
import { equal, isDict } from '../python.ts'
import type { Dict, Value } from '../python.ts'

/** One end of a connector: what of the resource is known. */
export interface End { id: string | undefined, type: string, arn: Value, roleName: Value, queueUrl: Value, resourceId: Value, name: Value, qualifier: Value }

/** What CloudFormation tells of a resource of the type, and the property that holds its role. */
interface Known { role?: string, arn: 'Ref' | 'Arn', name?: boolean, url?: boolean, id?: 'Ref' | 'ApiId', qualifier?: string }

const known: Record<string, Known> = {
  'AWS::Lambda::Function': { role: 'Role', arn: 'Arn' },
  'AWS::StepFunctions::StateMachine': { role: 'RoleArn', arn: 'Ref', name: true },
  'AWS::AppSync::GraphQLApi': { id: 'ApiId', arn: 'Ref' },
  'AWS::AppSync::DataSource': { role: 'ServiceRoleArn', arn: 'Ref' },
  'AWS::Events::Rule': { role: 'Targets', arn: 'Arn' },
  'AWS::SQS::Queue': { arn: 'Arn', url: true },
  'AWS::SNS::Topic': { arn: 'Ref' },
  'AWS::DynamoDB::Table': { arn: 'Arn' },
  'AWS::S3::Bucket': { arn: 'Arn' },
  'AWS::Location::PlaceIndex': { arn: 'Arn' },
  'AWS::ApiGatewayV2::Api': { arn: 'Arn', qualifier: '*', id: 'Ref' },
  'AWS::ApiGateway::RestApi': { arn: 'Arn', qualifier: '*', id: 'Ref' },
  'AWS::Events::EventBus': { arn: 'Arn' },
}

/** Types that a template may name by SAM's name. */
const transformed: Record<string, string> = {
  'AWS::Serverless::Function': 'AWS::Lambda::Function', 'AWS::Serverless::StateMachine': 'AWS::StepFunctions::StateMachine',
  'AWS::Serverless::Api': 'AWS::ApiGateway::RestApi',
  'AWS::Serverless::HttpApi': 'AWS::ApiGatewayV2::Api', 'AWS::Serverless::SimpleTable': 'AWS::DynamoDB::Table',
}

const isText = (value: Value): boolean => typeof value === 'string' && value !== ''

/** Finds the end of a connector that the reference names; returns the fault's text where it cannot. `other` is the other end's reference. */
export function endOf(resources: Dict, reference: Dict, other: Dict): End | string {
  const hasId = Object.hasOwn(reference, 'Id')
  const hasOthers = Object.keys(reference).some(key => key !== 'Id' && key !== 'Qualifier')
  if (hasId === hasOthers) return "Must provide 'Id' (with optional 'Qualifier') or a supported combination of other properties."
  const id = reference.Id
  if (!id) {
    const { Type, Arn, RoleName, QueueUrl, ResourceId, Name, Qualifier } = reference
    if (!isText(Type)) return "'Type' is missing or not a string."
    return {
      id: undefined, type: transformed[Type] ?? Type, arn: Arn, roleName: RoleName, queueUrl: QueueUrl, resourceId: ResourceId, name: Name, qualifier: Qualifier
    }
  }
  if (typeof id !== 'string') return "'Id' is missing or not a string."
  const resource = Object.hasOwn(resources, id) ? resources[id] : undefined
  if (!resource) return `Unable to find resource with logical ID '${id}'.`
  if (!isText(resource.Type)) return "'Type' is missing or not a string."
  const facts: Known | undefined = known[resource.Type]
  const value = (attribute: string): Value => attribute === 'Ref' ? ref(id) : getAtt(id, attribute)
  return {
    id, type: resource.Type, arn: facts ? value(facts.arn) : undefined, roleName: roleName(facts?.role, resource.Properties ?? {}, other),
    queueUrl: facts?.url ? ref(id) : undefined, resourceId: facts?.id ? value(facts.id) : undefined, name: facts?.name ? getAtt(id, 'Name') : undefined,
    qualifier: Object.hasOwn(reference, 'Qualifier') ? reference.Qualifier : facts?.qualifier,
  }
}

function roleName(property: string | undefined, properties: Dict, other: Dict): Value {
  const role = property === 'Targets' ? targetRole(properties, other) : property ? properties[property] : undefined
  const id = logicalIdOf(role)
  return id ? ref(id) : undefined
}

/** A rule has a role for each of its targets. */
function targetRole(properties: Dict, other: Dict): Value {
  const targets: Dict[] = Array.isArray(properties.Targets) ? properties.Targets.filter(isDict) : []
  const found = targets.find(target => {
    const id = logicalIdOf(target.Arn)
    return (id !== undefined && id === other.Id) || (other.Arn && equal(target.Arn, other.Arn))
  })
  return found?.RoleArn
}
