import type { Lambda } from './state.ts'

/** Whose figure it is. `qualifier`: by which version or alias it was called; `executed`: the version that an alias with weights chose. */
export interface Measured { name: string, qualifier?: string | undefined, executed?: string | undefined }

/**
 * A figure of AWS/Lambda under each set of dimensions that AWS has ("Types of metrics for Lambda functions"): none, the function, the function and the
 * resource that was called (`name` or `name:alias`), and for an alias with two versions the one that ran.
 */
export function measure(lambda: Lambda, { name, qualifier, executed }: Measured, metric: string, value: number, unit = 'Count'): void {
  const { account, region } = lambda
  const datum = { account, region, namespace: 'AWS/Lambda', name: metric, value, unit, at: lambda.now() }
  const Resource = qualifier === undefined ? name : `${name}:${qualifier}`
  lambda.sinks.metric({ ...datum, dimensions: {} })
  lambda.sinks.metric({ ...datum, dimensions: { FunctionName: name } })
  lambda.sinks.metric({ ...datum, dimensions: { FunctionName: name, Resource } })
  if (executed !== undefined) lambda.sinks.metric({ ...datum, dimensions: { FunctionName: name, Resource, ExecutedVersion: executed } })
}
