import { SamError } from '../sam/errors.ts'
import type { ServerlessRepo } from '../sam/resources/application.ts'
import { transformSam } from '../sam/transform.ts'
import { evaluate, type Evaluation } from './intrinsics.ts'
import { expandLoops } from './loops.ts'
import { applySnippets, hasSnippets, included, transformCall, type SnippetContext } from './snippets.ts'
import { ValidationError, isObject, type Template } from './template.ts'

/** What a transform may know besides the template. */
export interface TransformContext extends SnippetContext {
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

type Transform = (template: Template, context: TransformContext, params: Record<string, unknown>) => Template | Promise<Template>

const transforms: Record<string, Transform> = {
  'AWS::LanguageExtensions': (template, context) => evaluateExtensions(expandLoops(template, context.evaluation) as Template, context.evaluation),
  'AWS::Serverless-2016-10-31': serverless,
  'AWS::Include': async (template, context, params) => await included(template, params, context) as Template,
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

/** Applies a template's transforms: those inside it first, then its own in their order. Throws where one is not known. */
export async function applyTransforms(template: Template, context: TransformContext): Promise<Template> {
  const { Transform: declared, Parameters, ...rest } = template
  const calls = declared === undefined ? [] : [declared].flat().map(one => transformCall(one, context.evaluation))
  const inner = hasSnippets(rest) ? await applySnippets(rest, context) as Template : rest
  if (calls.length === 0 && inner === rest) return template
  // SAM reads what the template declares; macros do not see it.
  let result: Template = { ...inner, ...Parameters && { Parameters } }
  for (const { name, params } of calls) {
    const transform = transforms[name]
    if (transform) result = await transform({ Transform: declared, ...result } as Template, context, params)
    else result = await context.macro(name, result, params) as Template
    if (!isObject(result)) throw new ValidationError(`Template format error: transform ${name} did not return a template.`)
    const { Transform: _, ...made } = result
    result = made
  }
  return result
}

/** Fn::Length and Fn::ToJsonString of what is known before resources stand; what refers to resources stays a function. */
function evaluateExtensions(value: any, evaluation: Evaluation): any {
  if (Array.isArray(value)) return value.map(item => evaluateExtensions(item, evaluation))
  if (!isObject(value)) return value
  if ('Fn::Length' in value) return evaluate(value, evaluation)
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, evaluateExtensions(member, evaluation)]))
}
