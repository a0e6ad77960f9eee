import { AwsError } from '../platform/errors.ts'
import type { Constraints, Member, OperationModel, ServiceModel } from './model.ts'

type Check = (value: any, path: string, problems: string[]) => void

const checks = new WeakMap<OperationModel, Check>()
const shownValueMax = 1024

/** How services name an input that breaks its constraints. */
const errorNames: Record<string, string> = {
  iam: 'ValidationError', sts: 'ValidationError', cloudformation: 'ValidationError', sns: 'InvalidParameter', sqs: 'InvalidParameterValue',
  logs: 'InvalidParameterException',
  rds: 'ValidationError', ecr: 'InvalidParameterException', ecs: 'InvalidParameterException', apigatewayv2: 'BadRequestException',
  apigateway: 'BadRequestException', events: 'ValidationException',
}
/** Services that name the first missing parameter in words of their own. */
const missingWords: Record<string, (name: string) => AwsError> = {
  sqs: name => new AwsError('MissingParameter', `The request must contain the parameter ${name}.`),
  s3: name => new AwsError('InvalidRequest', `Missing required parameter: ${name}`),
  ec2: name => new AwsError('MissingParameter', `The request must contain the parameter ${name}`),
}

/** Checks an operation's input against its model, and throws the service's validation error in AWS's words. */
export function validate(model: ServiceModel, operation: OperationModel, input: unknown): void {
  let check = checks.get(operation)
  if (!check) checks.set(operation, check = compile(model, { name: '', shape: operation.input }, new Map()))
  const problems: string[] = []
  check(input ?? {}, '', problems)
  if (problems.length === 0) return
  const missing = missingWords[model.name]
  const required = problems.find(problem => problem.endsWith('Member must not be null'))
  if (missing && required) throw missing(/ at '([^']*)'/.exec(required)![1]!.replace(/^./, first => first.toUpperCase()))
  if (model.name === 's3') return
  throw new AwsError(
    errorNames[model.name] ?? 'ValidationException',
    `${problems.length} validation error${problems.length > 1 ? 's' : ''} detected: ${problems.join('; ')}`,
  )
}

const lowerFirst = (name: string) => name[0]!.toLowerCase() + name.slice(1)

function compile(model: ServiceModel, member: Member, seen: Map<number, { check: Check }>): Check {
  const own = constraintCheck(member.constraints)
  if (typeof member.shape !== 'number') return own ?? (() => {})
  const shape = model.shapes[member.shape]!
  let known = seen.get(member.shape)
  if (!known) {
    known = { check: () => {} }
    seen.set(member.shape, known)
    if (shape.type === 'list') {
      const item = compile(model, shape.member, seen)
      known.check = (value, path, problems) => value.forEach((each: unknown, at: number) => {
        if (each !== undefined && each !== null) item(each, `${path}.${at + 1}.member`, problems)
        else if (!shape.sparse) problems.push(`Value null at '${path}.${at + 1}.member' failed to satisfy constraint: Member must not be null`)
      })
    } else if (shape.type === 'map') {
      const item = compile(model, shape.value, seen)
      known.check = (value, path, problems) => {
        for (const [key, each] of Object.entries(value)) if (each !== undefined && each !== null) item(each, `${path}.${key}.member`, problems)
      }
    } else {
      const members =
        shape.members.map((each, at) => ({ name: each.name, path: lowerFirst(each.name), required: at < shape.required, check: compile(model, each, seen) }))
      known.check = (value, path, problems) => {
        for (const { name, path: own, required, check } of members) {
          const item = value[name]
          const at = path === '' ? own : `${path}.${own}`
          if (item !== undefined && item !== null) check(item, at, problems)
          else if (required) problems.push(`Value null at '${at}' failed to satisfy constraint: Member must not be null`)
        }
      }
    }
  }
  const inner = known
  return own
    ? (value, path, problems) => { own(value, path, problems); inner.check(value, path, problems) }
    : (value, path, problems) => inner.check(value, path, problems)
}

function constraintCheck(constraints: Constraints | undefined): Check | undefined {
  if (!constraints) return undefined
  const { min, max, pattern, enum: values } = constraints
  const expression = pattern === undefined ? undefined : safePattern(pattern)
  return (value, path, problems) => {
    const fail = (constraint: string) => void problems.push(`Value '${shown(value)}' at '${path}' failed to satisfy constraint: ${constraint}`)
    if (typeof value === 'number') {
      if (max !== undefined && value > max) fail(`Member must have value less than or equal to ${max}`)
      if (min !== undefined && value < min) fail(`Member must have value greater than or equal to ${min}`)
      return
    }
    const length = typeof value === 'string' || Array.isArray(value) || value instanceof Uint8Array
      ? value.length
      : typeof value === 'object'
      ? Object.keys(value).length
      : undefined
    if (length !== undefined) {
      if (max !== undefined && length > max) fail(`Member must have length less than or equal to ${max}`)
      if (min !== undefined && length < min) fail(`Member must have length greater than or equal to ${min}`)
    }
    if (typeof value !== 'string') return
    if (expression && (max === undefined || value.length <= max) && !expression.test(value)) fail(`Member must satisfy regular expression pattern: ${pattern}`)
    if (values && !values.includes(value)) fail(`Member must satisfy enum value set: [${values.join(', ')}]`)
  }
}

/** AWS's patterns are Java's: those that JavaScript cannot read are left to the operations. */
function safePattern(pattern: string): RegExp | undefined {
  // Unicode's way first, for \p{...} and characters beyond 16 bits; it refuses some escapes that Java has and the older way reads.
  for (const flags of pattern.includes('\\p{') ? ['su'] : ['su', 's']) {
    try {
      return new RegExp(`^(?:${pattern})$`, flags)
    } catch {
      continue
    }
  }
  return undefined
}

function shown(value: unknown): string {
  const text = value instanceof Uint8Array
    ? 'java.nio.HeapByteBuffer'
    : Array.isArray(value)
    ? `[${value.join(', ')}]`
    : typeof value === 'object'
    ? JSON.stringify(value)
    : String(value)
  return text.length > shownValueMax ? text.slice(0, shownValueMax) : text
}
