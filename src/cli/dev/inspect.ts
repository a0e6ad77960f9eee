/** Where each function's inspector listens, by its logical id. */
export type Inspectors = Map<string, number>

/** The longest that Lambda lets a function run: whoever stops at a line wants time. */
const timeoutSecondsMax = 900

/** Gives every function in Node an inspector of its own, from `firstPort` up, and the time to stand still. Changes the template. */
export function addInspectors(template: Record<string, any>, firstPort: number): Inspectors {
  const inspectors: Inspectors = new Map()
  const globals = template.Globals?.Function ?? {}
  for (const [id, resource] of Object.entries<any>(template.Resources ?? {})) {
    if (resource?.Type !== 'AWS::Serverless::Function' && resource?.Type !== 'AWS::Lambda::Function') continue
    const properties = resource.Properties ??= {}
    const runtime = properties.Runtime ?? (resource.Type === 'AWS::Serverless::Function' ? globals.Runtime : undefined)
    if (typeof runtime !== 'string' || !runtime.startsWith('nodejs')) continue
    const port = firstPort + inspectors.size
    const variables = ((properties.Environment ??= {}).Variables ??= {})
    const own = typeof variables.NODE_OPTIONS === 'string' ? `${variables.NODE_OPTIONS} ` : ''
    variables.NODE_OPTIONS = `${own}--inspect=127.0.0.1:${port}`
    properties.Timeout = timeoutSecondsMax
    inspectors.set(id, port)
  }
  return inspectors
}
