import { parse } from 'yaml'
import type { ParameterDefinition } from '../../../contracts/serverlessrepo.ts'
import { rootOf } from '../../../platform/root.ts'
import { applicationKey, BadRequestException, templateBytesMax, type Repo } from '../state.ts'

export interface CheckedTemplate { parameters: ParameterDefinition[], capabilities: string[], dependencies: { id: string, version: string }[] }

const policyTypes = new Set([
  'AWS::Lambda::Permission', 'AWS::IAM::Policy', 'AWS::ApplicationAutoScaling::ScalingPolicy', 'AWS::S3::BucketPolicy', 'AWS::SQS::QueuePolicy',
  'AWS::SNS::TopicPolicy',
])
/** Events of functions that are polled for, or brought by a role: they need no permission on the function. */
const eventsWithoutPermission = new Set(['SQS', 'Kinesis', 'DynamoDB', 'MSK', 'MQ', 'SelfManagedKafka', 'DocumentDB', 'ScheduleV2'])

/** SAM gives a function or a state machine a role where the template names none. */
const makesRole = ([, { Type, Properties }]: [string, any]): boolean =>
  (Type === 'AWS::Serverless::Function' || Type === 'AWS::Serverless::StateMachine') && Properties?.Role === undefined

const makesResourcePolicy = ([, { Type, Properties }]: [string, any]): boolean =>
  policyTypes.has(Type) ||
    Object.values<any>(Properties?.Events ?? {}).some(event => Type === 'AWS::Serverless::Function' && !eventsWithoutPermission.has(event?.Type))

const tags = ['Ref', 'Sub', 'Condition'].map(name => ({ tag: `!${name}`, resolve: (text: string) => ({ [name === 'Ref' ? name : `Fn::${name}`]: text }) }))

/** Checks a template as CloudFormation does, and finds what the deployment of it asks for. Throws BadRequestException. */
export async function checkTemplate(repo: Repo, text: string): Promise<CheckedTemplate> {
  if (Buffer.byteLength(text) > templateBytesMax) throw new BadRequestException(`The AWS SAM template may not exceed ${templateBytesMax} bytes.`)
  const { cloudformation } = repo.as({ principal: rootOf(repo.account, repo.partition) })
  const summary = await cloudformation.GetTemplateSummary({ TemplateBody: text }).catch((error: Error) => {
    throw new BadRequestException(`The AWS Serverless Application Model (AWS SAM) template is invalid. Error: ${error.message}`)
  })
  const template = parse(text, { logLevel: 'silent', uniqueKeys: false, customTags: tags as any }) as any
  const resources: [string, any][] = Object.entries(template.Resources ?? {})
  const dependencies = resources.flatMap(([, { Type, Properties }]) => {
    const { ApplicationId: id, SemanticVersion: version } = Properties?.Location ?? {}
    return Type === 'AWS::Serverless::Application' && typeof id === 'string' && typeof version === 'string' ? [{ id, version }] : []
  })
  for (const { id } of dependencies) applicationKey(id)
  const nests = resources.some(([, { Type }]) => Type === 'AWS::Serverless::Application' || Type === 'AWS::CloudFormation::Stack')
  const capabilities = new Set<string>(summary.Capabilities?.filter(capability => capability !== 'CAPABILITY_AUTO_EXPAND'))
  if (resources.some(makesRole) && !capabilities.has('CAPABILITY_NAMED_IAM')) capabilities.add('CAPABILITY_IAM')
  if (resources.some(makesResourcePolicy)) capabilities.add('CAPABILITY_RESOURCE_POLICY')
  if (nests) capabilities.add('CAPABILITY_AUTO_EXPAND')
  const parameters = Object.entries<any>(template.Parameters ?? {}).map(([name, parameter]) => definitionOf(name, parameter, resources))
  return { parameters, capabilities: [...capabilities].sort(), dependencies }
}

function definitionOf(Name: string, parameter: any, resources: [string, any][]): ParameterDefinition {
  const text = (key: string) => parameter[key] === undefined ? {} : { [key]: String(parameter[key]) }
  const number = (key: string) => parameter[key] === undefined ? {} : { [key]: Number(parameter[key]) }
  return {
    Name, ...text('Type'), ...parameter.Default !== undefined && { DefaultValue: String(parameter.Default) }, ...text('Description'), ...text('AllowedPattern'),
    ...parameter.AllowedValues && { AllowedValues: parameter.AllowedValues.map(String) }, ...text('ConstraintDescription'), ...number('MaxLength'),
    ...number('MinLength'),
    ...number('MaxValue'), ...number('MinValue'), ...parameter.NoEcho !== undefined && { NoEcho: String(parameter.NoEcho) === 'true' },
    ReferencedByResources: resources.filter(([, resource]) => mentions(resource, Name)).map(([id]) => id),
  }
}

/** Whether a value refers to a parameter, by Ref or in the text of a Sub. */
function mentions(value: any, name: string): boolean {
  if (Array.isArray(value)) return value.some(item => mentions(item, name))
  if (typeof value !== 'object' || value === null) return false
  return Object.entries(value).some(([key, inner]) => {
    if (key === 'Ref') return inner === name
    if (key === 'Fn::Sub' && [inner].flat()[0]?.toString().includes(`\${${name}}`)) return true
    return mentions(inner, name)
  })
}
