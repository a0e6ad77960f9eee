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
}

type Transform = (template: Template, context: TransformContext) => Template

const transforms: Record<string, Transform> = {
  'AWS::LanguageExtensions': (template, context) => evaluateExtensions(expandLoops(template, context.evaluation) as Template, context.evaluation),
}

/** Makes a transform known by its name. */
export function registerTransform(name: string, transform: Transform): void {
  transforms[name] = transform
}

/** Applies a template's transforms in order; throws where one is not known, and for `Fn::Transform` inside. */
export function applyTransforms(template: Template, names: readonly string[], context: TransformContext): Template {
  let result = template
  for (const name of names) {
    const transform = transforms[name]
    if (!transform) throw new ValidationError(`No transform named ${name} found.`)
    result = transform(result, context)
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
