import { invalidResource } from './errors.ts'
import { combinedCondition, getAtt, ifProblem, isIf, isIntrinsic, isNoValue, ref, sub } from './intrinsics.ts'
import { assumeRolePolicy } from './policies/documents.ts'
import { deepCopy, isDict, truthy } from './python.ts'
import type { Dict, Value } from './python.ts'
import { generated, tagList, toTemplate } from './resource.ts'
import type { Generated } from './resource.ts'
import { managedPolicyArn } from './scope.ts'
import type { Preference, Sam } from './scope.ts'

const application = 'ServerlessDeploymentApplication'
const serviceRole = 'CodeDeployServiceRole'
const conditionName = 'ServerlessCodeDeployCondition'
const predefined = [
  'Canary10Percent5Minutes', 'Canary10Percent10Minutes', 'Canary10Percent15Minutes', 'Canary10Percent30Minutes', 'Linear10PercentEvery1Minute',
  'Linear10PercentEvery2Minutes', 'Linear10PercentEvery3Minutes', 'Linear10PercentEvery10Minutes', 'AllAtOnce',
]

export function readPreference(id: string, preference: Dict, condition: Value, tags: Value, propagate: Value): Preference {
  const enabled = Object.hasOwn(preference, 'Enabled') ? preference.Enabled : true
  if (enabled === 'false' || enabled === 'False' || !truthy(enabled)) return { enabled: false }
  if (!Object.hasOwn(preference, 'Type')) throw invalidResource(id, "'DeploymentPreference' is missing required Property 'Type'")
  const hooks = Object.hasOwn(preference, 'Hooks') ? preference.Hooks : {}
  if (!isDict(hooks)) throw invalidResource(id, "'Hooks' property of 'DeploymentPreference' must be a dictionary")
  return {
    enabled: true, type: preference.Type, hooks, alarms: preference.Alarms, role: preference.Role, triggers: preference.TriggerConfigurations,
    condition: preference.PassthroughCondition ? condition : undefined, tags: propagate && truthy(tags) ? tags : undefined,
  }
}

const groupId = (functionId: string): string => `${functionId}DeploymentGroup`

/** The alias's UpdatePolicy: CloudFormation moves the traffic through CodeDeploy. */
export function updatePolicy(functionId: string, preference: Preference): Dict {
  const { PreTraffic, PostTraffic } = preference.hooks!
  const hook = (name: string, value: Value) => value === undefined || value === null ? {} : { [name]: value }
  return {
    CodeDeployLambdaAliasUpdate: {
      ApplicationName: ref(application), DeploymentGroupName: ref(groupId(functionId)), ...hook('BeforeAllowTrafficHook', PreTraffic),
      ...hook('AfterAllowTrafficHook', PostTraffic),
    },
  }
}

/** Adds the CodeDeploy application, its role and the deployment groups of all functions that want them. */
export function addDeployments(sam: Sam): void {
  const preferences = [...sam.preferences.values()]
  const enabled = [...sam.preferences].filter(([, preference]) => preference.enabled)
  if (enabled.length === 0) return
  const resources: Dict = sam.output.Resources
  const conditions = [...new Set(enabled.map(([, preference]) => preference.condition).filter(condition => condition))]
  const attributes: Dict = {}
  if (enabled.every(([, preference]) => preference.condition)) {
    attributes.Condition = conditions.length > 1 ? conditionName : conditions[0]
    const combined = combinedCondition(conditions, conditionName)
    if (combined && sam.output.Conditions) Object.assign(sam.output.Conditions, combined)
  }
  const tags = tagList(Object.assign({}, ...enabled.map(([, preference]) => preference.tags ?? {})))
  const Tags = tags.length > 0 ? tags : undefined
  const add = (resource: Generated): void => { resources[resource.id] = toTemplate(resource) }
  add(generated('AWS::CodeDeploy::Application', application, { ComputePlatform: 'Lambda', Tags }, attributes))
  if (preferences.some(preference => preference.enabled && !truthy(preference.role))) {
    const policy = ['aws-iso', 'aws-iso-b'].includes(sam.partition) ? 'AWSCodeDeployRoleForLambdaLimited' : 'AWSCodeDeployRoleForLambda'
    add(generated('AWS::IAM::Role', serviceRole, {
      AssumeRolePolicyDocument: assumeRolePolicy('codedeploy.amazonaws.com'), ManagedPolicyArns: [managedPolicyArn(sam, `service-role/${policy}`)], Tags,
    }, attributes))
  }
  for (const [id, preference] of enabled) add(deploymentGroup(id, preference))
}

function deploymentGroup(id: string, preference: Preference): Generated {
  return generated('AWS::CodeDeploy::DeploymentGroup', groupId(id), {
    AlarmConfiguration: alarmConfiguration(id, preference.alarms), ApplicationName: ref(application),
    AutoRollbackConfiguration: { Enabled: true, Events: ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_ALARM', 'DEPLOYMENT_STOP_ON_REQUEST'] },
    DeploymentConfigName: configurationName(deepCopy(preference.type)),
    DeploymentStyle: { DeploymentType: 'BLUE_GREEN', DeploymentOption: 'WITH_TRAFFIC_CONTROL' },
    ServiceRoleArn: truthy(preference.role) ? preference.role : getAtt(serviceRole, 'Arn'),
    TriggerConfigurations: truthy(preference.triggers) ? preference.triggers : undefined, Tags: preference.tags ? tagList(preference.tags) : undefined,
  }, preference.condition ? { Condition: preference.condition } : {})
}

function alarmConfiguration(id: string, alarms: Value): Value {
  if (!truthy(alarms) || isNoValue(alarms)) return undefined
  if (!isIf(alarms)) return alarmList(id, alarms)
  const items = alarms['Fn::If']
  const problem = ifProblem(items)
  if (problem) throw invalidResource(id, problem)
  return { 'Fn::If': [items[0], alarmList(id, items[1]), alarmList(id, items[2])] }
}

function alarmList(id: string, alarms: Value): Dict {
  if (!Array.isArray(alarms)) throw invalidResource(id, 'Alarms must be a list')
  return alarms.length === 0 || isNoValue(alarms[0]) ? {} : { Enabled: true, Alarms: alarms.map(alarm => ({ Name: alarm })) }
}

/** SAM's short names of CodeDeploy's own configurations, written out, wherever they stand in the value. */
function configurationName(value: Value, within?: string): Value {
  if (Array.isArray(value)) return value.map(item => configurationName(item))
  if (isIntrinsic(value)) return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, configurationName(item, key)]))
  if (!predefined.includes(value)) return value
  const name = sub('CodeDeployDefault.Lambda${ConfigName}', { ConfigName: value })
  return within === 'Fn::Sub' ? name['Fn::Sub'] : name
}
