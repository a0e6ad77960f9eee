import { SamError } from '../sam/errors.ts'
import type { ServerlessRepo } from '../sam/resources/application.ts'
import { transformSam } from '../sam/transform.ts'
import { evaluate, type Evaluation } from './intrinsics.ts'
import { expandLoops } from './loops.ts'
import { ValidationError, eachFunction, isObject, type Template } from './template.ts'

/** What a transform may know besides the template. */
export interface TransformContext {
  evaluation: Evaluation
  /** As text. */
  parameters: Record<string, string>
  region: string
  accountId: string
  partition: string
  /** ARNs of the managed policies of AWS by name; asked for by templates that use SAM. */
  managedPolicies: () => Promise<Record<string, string>>
  serverlessRepo?: ServerlessRepo
  now: () => number
}

type Transform = (template: Template, context: TransformContext) => Template | Promise<Template>

const transforms: Record<string, Transform> = {
  'AWS::LanguageExtensions': (template, context) => evaluateExtensions(expandLoops(template, context.evaluation) as Template, context.evaluation),
  'AWS::Serverless-2016-10-31': serverless,
}

async function serverless(template: Template, context: TransformContext): Promise<Template> {
  try {
    const { region, partition, parameters, now } = context
    // SAM knows the pseudo parameters by their names, as parameters.
    const known = { ...parameters, 'AWS::Region': region, 'AWS::AccountId': context.accountId, 'AWS::Partition': partition,
      'AWS::StackName': context.evaluation.pseudo['AWS::StackName'] as string, 'AWS::StackId': context.evaluation.pseudo['AWS::StackId'] as string }
    const { serverlessRepo } = context
    const managedPolicies = await context.managedPolicies()
    const result = await transformSam(template as any, { region, partition, parameters: known, managedPolicies, now, ...serverlessRepo && { serverlessRepo } })
    return result.template as unknown as Template
  } catch (error) {
    if (error instanceof SamError) throw new ValidationError(`Transform AWS::Serverless-2016-10-31 failed with: ${error.message}`)
    throw error
  }
}

/** Applies a template's transforms in order; throws where one is not known, and for `Fn::Transform` inside. */
export async function applyTransforms(template: Template, names: readonly string[], context: TransformContext): Promise<Template> {
  let result = template
  for (const name of names) {
    const transform = transforms[name]
    if (!transform) throw new ValidationError(`No transform named ${name} found.`)
    result = await transform(result, context)
  }
  eachFunction(result.Resources, (name, argument) => {
    if (name !== 'Fn::Transform') return
    throw new ValidationError(`No transform named ${isObject(argument) ? String(argument.Name) : String(argument)} found.`)
  })
  if (names.length === 0) return result
  const { Transform: _, ...rest } = result
  return rest
}

/** Fn::Length and Fn::ToJsonString of what is known before resources stand; what refers to resources stays a function. */
function evaluateExtensions(value: any, evaluation: Evaluation): any {
  if (Array.isArray(value)) return value.map(item => evaluateExtensions(item, evaluation))
  if (!isObject(value)) return value
  if ('Fn::Length' in value) return evaluate(value, evaluation)
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, evaluateExtensions(member, evaluation)]))
}
