import { rootOf } from '../../../platform/root.ts'
import { objectAt, objectBytes } from '../../../platform/s3-address.ts'
import { tagsFromList } from '../../../platform/tags.ts'
import { evaluationOf, zonesOf } from '../engine/evaluation.ts'
import { unknownTypes } from '../engine/handler.ts'
import { invokeMacro } from '../macros/invoke.ts'
import { InsufficientCapabilitiesException, templateBodyMaxBytes, templateUrlMaxBytes, type CloudFormation, type Model, type TemplateRow } from '../state.ts'
import { missingCapabilities, neededCapabilities, transformsOf } from '../template/capabilities.ts'
import { truth, type Evaluation } from '../template/intrinsics.ts'
import { chooseParameters, isSsmValue, type GivenParameter } from '../template/parameters.ts'
import { checkReferences, dynamicReferencesMax } from '../template/dynamic.ts'
import { parseTemplate, TemplateSyntaxError } from '../template/parse.ts'
import { isObject, ValidationError, type Template } from '../template/template.ts'
import { hasSnippets } from '../template/snippets.ts'
import { applyTransforms } from '../template/transforms.ts'
import { checkExtensions, checkShape, checkTemplate } from '../template/validate.ts'
import { isRepositoryAddress, repositoryTemplate, serverlessRepo } from './repository.ts'

export interface TemplateInput { TemplateBody?: string | undefined, TemplateURL?: string | undefined, UsePreviousTemplate?: boolean | undefined }

/** The text of the template that a call names: in its body, at an S3 address, or the stack's own. */
export async function templateText(cfn: CloudFormation, input: TemplateInput, previousId?: string): Promise<string> {
  if (input.TemplateBody !== undefined && input.TemplateURL !== undefined) throw new ValidationError('Specify only one of TemplateBody or TemplateURL.')
  if (input.TemplateBody !== undefined) {
    if (Buffer.byteLength(input.TemplateBody) > templateBodyMaxBytes) {
      throw new ValidationError(
        `1 validation error detected: Value at 'templateBody' failed to satisfy constraint: Member must have length less than or equal to ` +
        `${templateBodyMaxBytes}`
      )
    }
    return input.TemplateBody
  }
  if (input.TemplateURL !== undefined) return templateAt(cfn, input.TemplateURL)
  const previous = input.UsePreviousTemplate && previousId !== undefined ? await cfn.tables.templates.get(previousId) : undefined
  if (!previous) throw new ValidationError('Either Template URL or Template Body must be specified.')
  return previous.body
}

/** Reads a template from S3 as the caller, whichever way the bucket is addressed: by path, by host name or as `s3://`. */
export async function templateAt(cfn: CloudFormation, address: string): Promise<string> {
  if (isRepositoryAddress(cfn, address)) return repositoryTemplate(address)
  const place = objectAt(address)
  if (!place) throw new ValidationError('TemplateURL must be a supported URL.')
  try {
    const tooLarge = () => new ValidationError(`Template may not exceed ${templateUrlMaxBytes} bytes in size.`)
    return (await objectBytes(cfn.aws, place, { maxBytes: templateUrlMaxBytes, tooLarge })).toString()
  } catch (error) {
    if (error instanceof ValidationError) throw error
    throw new ValidationError(`S3 error: ${error instanceof Error ? error.message : String(error)}`)
  }
}

/** Parses and checks the shape of a template. */
export function parsed(text: string): Template {
  try {
    const template = parseTemplate(text) as Template
    checkShape(template)
    return template
  } catch (error) {
    if (error instanceof TemplateSyntaxError) throw new ValidationError(error.message)
    throw error
  }
}

export interface PlanInput extends TemplateInput {
  Parameters?: GivenParameter[] | undefined
  Capabilities?: string[] | undefined
  Tags?: { Key?: string | undefined, Value?: string | undefined }[] | undefined
  NotificationARNs?: string[] | undefined
  ResourceTypes?: string[] | undefined
  RoleARN?: string | undefined
}

export interface Plan { model: Model, template: Template, row: TemplateRow, evaluation: Evaluation }

/**
 * What a create or an update asks for, checked: template, transforms, parameters, rules, capabilities. `review`: for a change set, whose
 * reader sees what the transforms made and so need not acknowledge them. Throws ValidationError, InsufficientCapabilitiesException.
 */
export async function planOf(
  cfn: CloudFormation, stack: { name: string, id: string }, input: PlanInput, options: { previous?: Model, review?: boolean }
): Promise<Plan> {
  const { previous } = options
  const body = await templateText(cfn, input, previous?.templateId)
  const original = parsed(body)
  const parameters = chooseParameters(original.Parameters ?? {}, input.Parameters ?? [], previous?.parameters)
  checkZones(cfn, original, parameters)
  const resolved = await storedParameters(cfn, original, parameters)
  const notificationArns = input.NotificationARNs ?? previous?.notificationArns ?? []
  for (const topic of notificationArns) if (!/^arn:[\w-]+:sns:[\w-]+:\d{12}:.+$/.test(topic)) throw new ValidationError(`Invalid SNS topic ARN: ${topic}`)
  const capabilities = input.Capabilities ?? []
  const transformed = transformsOf(original).length > 0 || hasSnippets(original)
  if (transformed && !options.review) requireCapabilities(['CAPABILITY_AUTO_EXPAND'], capabilities)
  const model = { parameters, notificationArns, ...Object.keys(resolved).length > 0 && { resolved } }
  const template = await transformedTemplate(cfn, stack, original, model).catch((error: Error) => {
    if (!transformed || !(error instanceof ValidationError)) throw error
    throw new TransformFailed(error.message, { body, original, parameters })
  })
  const refused = input.ResourceTypes && Object.values(template.Resources).find(resource => !allowedType(resource.Type, input.ResourceTypes!))
  if (refused) throw new ValidationError(`Resource type ${refused.Type} is not permitted by parameter ResourceTypes ${JSON.stringify(input.ResourceTypes)}`)
  const processed = evaluationOf(cfn, stack, template, model)
  checkRules(template, processed)
  checkDynamicReferences(template)
  checkUpdatePolicies(template)
  requireCapabilities(neededCapabilities(template).capabilities, capabilities)
  const row = { id: cfn.newId(), body, processed: JSON.stringify(template), transformed }
  const roleArn = input.RoleARN ?? previous?.roleArn
  const tags = input.Tags ? tagsFromList(input.Tags) : previous?.tags ?? {}
  return { template, row, evaluation: processed, model: { ...model, templateId: row.id, tags, capabilities, ...roleArn !== undefined && { roleArn } } }
}

/**
 * The same for a stack, whose operation is begun also where a transform fails: it then fails with that as its reason, and its template is the
 * one that was sent.
 */
export async function planOrFailure(
  cfn: CloudFormation, stack: { name: string, id: string }, input: PlanInput, previous?: Model
): Promise<Plan & { failure?: string }> {
  try {
    return await planOf(cfn, stack, input, previous ? { previous } : {})
  } catch (error) {
    if (!(error instanceof TransformFailed)) throw error
    const { body, original, parameters } = error.attempt
    const row = { id: cfn.newId(), body, processed: JSON.stringify(original), transformed: false }
    const tags = input.Tags ? tagsFromList(input.Tags) : previous?.tags ?? {}
    const roleArn = input.RoleARN ?? previous?.roleArn
    const model: Model = {
      templateId: row.id, parameters, tags, capabilities: input.Capabilities ?? [],
      notificationArns: input.NotificationARNs ?? previous?.notificationArns ?? [],
      ...roleArn !== undefined && { roleArn },
    }
    return { model, template: original, row, evaluation: evaluationOf(cfn, stack, original, model), failure: error.message }
  }
}

/** A transform failed, or made what is no template: what stands in a failed change set. */
export class TransformFailed extends ValidationError {
  readonly attempt: { body: string, original: Template, parameters: Record<string, string> }
  constructor(message: string, attempt: TransformFailed['attempt']) {
    super(message)
    this.attempt = attempt
  }
}

/** The template after its transforms, checked. */
async function transformedTemplate(
  cfn: CloudFormation, stack: { name: string, id: string }, original: Template, model: Pick<Model, 'parameters' | 'resolved' | 'notificationArns'>,
): Promise<Template> {
  const evaluation = evaluationOf(cfn, stack, original, model)
  checkExtensions(original)
  const template = await applyTransforms(original, {
    evaluation, parameters: model.parameters, region: cfn.region, accountId: cfn.account, partition: cfn.partition, now: () => cfn.now(),
    managedPolicies: () => managedPolicies(cfn), serverlessRepo: serverlessRepo(cfn), include: location => includedFile(cfn, location),
    macro: (name, fragment, params) => invokeMacro(cfn, { name, fragment, params, templateParameterValues: evaluation.parameters }),
  })
  if (Object.hasOwn(template, 'Globals')) throw new ValidationError('Invalid template property or properties [Globals]')
  if (template !== original) checkShape(template)
  const processed = evaluationOf(cfn, stack, template, model)
  // A type that nobody has stands in the way only where a resource of it would be made; a condition that is not there is told by the check.
  const holds = (condition: string) => template.Conditions?.[condition] === undefined || truth({ Condition: condition }, processed)
  checkTemplate(template, await unknownTypes(cfn, template, holds))
  return template
}

async function includedFile(cfn: CloudFormation, location: string): Promise<unknown> {
  try {
    return parseTemplate(await templateAt(cfn, location))
  } catch (error) {
    throw new ValidationError(`Transform AWS::Include failed with: ${(error as Error).message}`)
  }
}

/** The one update policy that speaks of a type of ours shifts an alias by CodeDeploy, which is not here. */
function checkUpdatePolicies(template: Template): void {
  const id = Object.keys(template.Resources)
    .find(key => isObject(template.Resources[key]!.UpdatePolicy) && 'CodeDeployLambdaAliasUpdate' in template.Resources[key]!.UpdatePolicy)
  if (id !== undefined) {
    throw new ValidationError(`UpdatePolicy CodeDeployLambdaAliasUpdate of resource ${id} is not implemented by Fogbank: it has no CodeDeploy.`)
  }
}

function checkDynamicReferences(template: Template): void {
  const counts = Object.values(template.Resources).map(({ Type, Properties }) => checkReferences(Type, Properties))
  const count = counts.reduce((sum, more) => sum + more, 0)
  if (count > dynamicReferencesMax) {
    throw new ValidationError(`Template format error: Number of dynamic references, ${count}, is greater than maximum allowed, ${dynamicReferencesMax}`)
  }
}

/** Zones that parameters name are those of the region. What else of EC2 and Route 53 a parameter may name is not here, and is taken as it is. */
function checkZones(cfn: CloudFormation, template: Template, values: Record<string, string>): void {
  const zones = zonesOf(cfn.region)
  for (const [key, { Type }] of Object.entries(template.Parameters ?? {})) {
    if (!/^(?:List<)?AWS::EC2::AvailabilityZone::Name>?$/.test(Type)) continue
    const wrong = (values[key] ?? '').split(',').map(zone => zone.trim()).find(zone => !zones.includes(zone))
    if (wrong !== undefined) throw new ValidationError(`Parameter validation failed: parameter value ${wrong} for parameter name ${key} does not exist`)
  }
}

/** Values of the parameters that name one of the parameter store, read as the caller; of those that are its names, only that it is there. */
async function storedParameters(cfn: CloudFormation, template: Template, values: Record<string, string>): Promise<Record<string, string>> {
  const declared = Object.entries(template.Parameters ?? {})
  const keys = declared.filter(([, { Type }]) => isSsmValue(Type) || Type === 'AWS::SSM::Parameter::Name').map(([key]) => key)
  const secure: string[] = []
  const { ssm } = cfn.aws
  const found = await Promise.all(keys.map(async key => {
    try {
      const { Parameter } = await ssm.GetParameter({ Name: values[key]! })
      if (Parameter?.Type === 'SecureString' && isSsmValue(template.Parameters![key]!.Type)) secure.push(values[key]!)
      return Parameter?.Value
    } catch (error) {
      if ((error as Error).name === 'ParameterNotFound') return undefined
      throw new ValidationError(`Unable to fetch parameters [${values[key]}] from parameter store for this account. ${(error as Error).message}`)
    }
  }))
  const missing = keys.filter((_, at) => found[at] === undefined).map(key => values[key])
  if (missing.length > 0) throw new ValidationError(`Unable to fetch parameters [${missing.join(',')}] from parameter store for this account.`)
  if (secure.length > 0) throw new ValidationError(`Parameters [${secure.join(', ')}] referenced by template have types not supported by CloudFormation.`)
  return Object.fromEntries(keys.map((key, at) => [key, found[at]!] as const).filter(([key]) => isSsmValue(template.Parameters![key]!.Type)))
}

/** AWS's managed policies by name. They are the same for everyone, so the caller need not be allowed to list them. */
async function managedPolicies(cfn: CloudFormation): Promise<Record<string, string>> {
  if (cfn.state.managedPolicies) return cfn.state.managedPolicies
  const policies: Record<string, string> = {}
  const { iam } = cfn.as({ principal: rootOf(cfn.account, cfn.partition) })
  let Marker: string | undefined
  try {
    do {
      const page = await iam.ListPolicies({ Scope: 'AWS', MaxItems: 1000, ...Marker !== undefined && { Marker } })
      for (const policy of page.Policies ?? []) policies[policy.PolicyName!] = policy.Arn!
      Marker = page.IsTruncated ? page.Marker : undefined
    } while (Marker !== undefined)
  } catch (error) {
    // Policies named without an ARN are then left as they are, and IAM says so.
    cfn.log.warn('the managed policies could not be listed', { error })
    return policies
  }
  return cfn.state.managedPolicies = policies
}

function requireCapabilities(needed: string[], given: readonly string[]): void {
  const missing = missingCapabilities(needed, given)
  if (missing.length > 0) throw new InsufficientCapabilitiesException(`Requires capabilities : [${missing.join(', ')}]`)
}

const allowedType = (
  type: string, allowed: readonly string[]
) => allowed.some(pattern => pattern === type || (pattern.endsWith('*') && type.startsWith(pattern.slice(0, -1))))

function checkRules(template: Template, evaluation: Evaluation): void {
  for (const [name, rule] of Object.entries(template.Rules ?? {})) {
    if (rule.RuleCondition !== undefined && !truth(rule.RuleCondition, evaluation)) continue
    for (const { Assert, AssertDescription } of rule.Assertions) {
      if (!truth(Assert, evaluation)) throw new ValidationError(`Template error: Rule '${name}' failed: ${AssertDescription ?? 'an assertion does not hold'}`)
    }
  }
}
