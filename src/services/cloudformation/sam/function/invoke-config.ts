import { invalidResource } from '../errors.ts'
import { hashedId } from '../ids.ts'
import { conditional, getAtt, ifProblem, isIf, isNoValue, not, ref, resolveParameters } from '../intrinsics.ts'
import { invokeFunctionPolicy, publishPolicy, putEventsPolicy, putObjectPolicy, sendMessagePolicy } from '../policies/documents.ts'
import { pyRepr, pyStr, truthy } from '../python.ts'
import type { Dict, Value } from '../python.ts'
import { expectResource, generated } from '../resource.ts'
import type { Generated } from '../resource.ts'
import type { Sam } from '../scope.ts'

const policies: Record<string, (arn: Value, id: string) => Dict> = {
  SQS: sendMessagePolicy, SNS: publishPolicy, EventBridge: putEventsPolicy, Lambda: invokeFunctionPolicy, S3Bucket: putObjectPolicy,
}
const conditionNameLength = 255
const generatedConditionName = (name: string, data: string): string => hashedId(name, data).slice(0, conditionNameLength)

interface Destination { resource?: Generated, arn: Value, policy: Dict }

/** Where the destination is an Fn::If with nothing on one side: the condition under which one is to be made, and the other side. */
function missingUnder(sam: Sam, destination: Value, configId: string): [Value, Value] {
  if (!isIf(destination)) return [undefined, undefined]
  const items = destination['Fn::If']
  const problem = ifProblem(items)
  if (problem) throw invalidResource(configId, `Malformed 'Destination' property: ${problem}.`)
  if (isNoValue(items[1]) && isNoValue(items[2])) return [undefined, undefined]
  if (isNoValue(items[1])) return [items[0], items[2]]
  if (!isNoValue(items[2])) return [undefined, undefined]
  const name = generatedConditionName(`NOT${items[0]}`, configId)
  sam.output.Conditions[name] = not(items[0])
  return [name, items[1]]
}

function bothConditions(sam: Sam, id: string, own: Value, other: Value): Value {
  if (own === undefined || own === null) return other
  if (other === undefined) return own
  const name = generatedConditionName(`${own}AND${other}`, id)
  // The translator wraps each condition twice; CloudFormation takes it.
  sam.output.Conditions[name] = { 'Fn::And': [{ Condition: { Condition: own } }, { Condition: { Condition: other } }] }
  return name
}

function destinationOf(sam: Sam, id: string, config: Dict, event: string, inherited: Dict): Destination {
  const configId = `${id}EventInvokeConfig`
  const resourceId = configId + event
  const type = config.Type
  if (!Object.hasOwn(policies, type)) {
    throw invalidResource(id, `'Type: ${pyStr(type)}' must be one of ${pyRepr(Object.keys(policies).sort((a, b) => order.indexOf(a) - order.indexOf(b)))}`)
  }
  const given = config.Destination
  const [condition, other] = missingUnder(sam, given, configId)
  if (given !== undefined && given !== null && condition === undefined) return { arn: given, policy: policies[type]!(given, resourceId) }
  const attributes = { ...inherited }
  const combined = bothConditions(sam, id, inherited.Condition, condition)
  if (type !== 'SQS' && type !== 'SNS') throw invalidResource(id, "Destination is required if Type is not ['SQS', 'SNS']")
  if (combined) attributes.Condition = combined
  const resource = type === 'SQS'
    ? generated('AWS::SQS::Queue', `${resourceId}Queue`, {}, attributes) : generated('AWS::SNS::Topic', `${resourceId}Topic`, {}, attributes)
  const made = type === 'SQS' ? getAtt(resource.id, 'Arn') : ref(resource.id)
  const arn = condition === undefined ? made : conditional(condition, made, other)
  return { resource, arn, policy: policies[type]!(arn, resourceId) }
}

const order = ['SQS', 'SNS', 'EventBridge', 'Lambda', 'S3Bucket']

/** The EventInvokeConfig of a function, the queues and topics made for it, and the policies that its role needs. */
export function eventInvokeConfig(
  sam: Sam, id: string, config: Dict, alias: Generated | undefined, attributes: Dict, inherited: Dict
): { resources: Generated[], policies: Dict[] } {
  const resolved = resolveParameters(config, sam.parameters)
  const resources: Generated[] = []
  const needed: Dict[] = []
  const destinations: Dict = {}
  const wanted = resolved.DestinationConfig
  if (truthy(wanted)) {
    expectResource(wanted, id, 'EventInvokeConfig.DestinationConfig', 'map')
    for (const event of ['OnSuccess', 'OnFailure']) {
      if (wanted[event] === undefined || wanted[event] === null) continue
      expectResource(wanted[event], id, `EventInvokeConfig.DestinationConfig.${event}`, 'map')
      const destination = destinationOf(sam, id, wanted[event], event, inherited)
      destinations[event] = { Destination: destination.arn }
      if (destination.resource) resources.push(destination.resource)
      needed.push(destination.policy)
    }
  }
  const { MaximumEventAgeInSeconds, MaximumRetryAttempts } = resolved
  resources.push(generated('AWS::Lambda::EventInvokeConfig', `${id}EventInvokeConfig`, {
    FunctionName: ref(id), Qualifier: alias ? alias.properties.Name : '$LATEST', DestinationConfig: destinations, MaximumEventAgeInSeconds,
    MaximumRetryAttempts,
  }, attributes, alias ? [alias.id] : undefined))
  return { resources, policies: needed }
}
