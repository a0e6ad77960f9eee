import { ValidationError, eachFunction, isObject, substitutions } from './template.ts'
import type { Template, TemplateResource } from './template.ts'

/** Logical ids (or parameter names) that a value refers to, through Ref, Fn::GetAtt and Fn::Sub. */
export function referencesOf(value: unknown): { refs: Set<string>, attributes: Set<string> } {
  const refs = new Set<string>()
  const attributes = new Set<string>()
  eachFunction(value, (name, argument) => {
    if (name === 'Ref') refs.add(String(argument))
    if (name === 'Fn::GetAtt') {
      const target = Array.isArray(argument) ? argument[0] : typeof argument === 'string' ? argument.split('.')[0] : undefined
      if (typeof target === 'string') attributes.add(target)
    }
    if (name === 'Fn::Sub') {
      const [text, names] = Array.isArray(argument) ? argument : [argument, {}]
      if (typeof text !== 'string') return
      for (const inner of substitutions(text)) {
        if (isObject(names) && Object.hasOwn(names, inner)) continue
        if (inner.includes('.')) attributes.add(inner.split('.')[0]!)
        else refs.add(inner)
      }
    }
  })
  return { refs, attributes }
}

/** The resources that a resource waits for: those it refers to and those its DependsOn names. */
export function dependenciesOf(resource: TemplateResource, resources: Record<string, unknown>): string[] {
  const { refs, attributes } = referencesOf([resource.Properties, resource.Metadata])
  const named = resource.DependsOn === undefined ? [] : [resource.DependsOn].flat()
  return [...new Set([...named, ...refs, ...attributes])].filter(id => Object.hasOwn(resources, id))
}

/** Throws where resources wait for each other in a circle, naming those of the circle. */
export function checkCircles(template: Template): void {
  const waiting = new Map(Object.entries(template.Resources).map(([id, resource]) => [id, dependenciesOf(resource, template.Resources)]))
  // Peeling off what waits for nothing, and what nothing waits for, leaves the circles.
  for (let removed = true; removed;) {
    removed = false
    const wanted = new Set([...waiting.values()].flat())
    for (const [id, targets] of waiting) {
      const open = targets.filter(target => waiting.has(target))
      if (open.length > 0 && wanted.has(id)) continue
      waiting.delete(id)
      removed = true
    }
  }
  if (waiting.size > 0) throw new ValidationError(`Circular dependency between resources: [${[...waiting.keys()].join(', ')}]`)
}
