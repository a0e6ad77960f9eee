import { AwsError } from '../platform/errors.ts'
import type { Constraints, Member, OperationModel, ServiceModel } from './model.ts'
import { membersOf } from './rest.ts'

/** What is wrong, in AWS's words, and where: the path begins below the value that was checked. */
interface Problem { path: string, value: string, constraint: string }

/** Adds what is wrong. A path is put together only where something is: most inputs are right. */
type Check = (value: any, problems: Problem[]) => void

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
const missingWords: Record<string, (name: string, operation: OperationModel, model: ServiceModel) => AwsError> = {
  sqs: name => new AwsError('MissingParameter', `The request must contain the parameter ${name}.`),
  s3: missingOfS3,
  ec2: name => new AwsError('MissingParameter', `The request must contain the parameter ${name}`),
}

/** S3 tells a body that is not there, and one that lacks something, from other parameters. */
function missingOfS3(name: string, operation: OperationModel, model: ServiceModel): AwsError {
  const [first, ...rest] = name.split('.')
  if (rest.length > 0) return new AwsError('MalformedXML', 'The XML you provided was not well-formed or did not validate against our published schema')
  const isBody = membersOf(model, operation.input).some(member => member.name === first && member.payload)
  return isBody ? new AwsError('MissingRequestBodyError', 'Request Body is empty') : new AwsError('InvalidRequest', `Missing required parameter: ${name}`)
}

/** Checks an operation's input against its model, and throws the service's validation error in AWS's words. */
export function validate(model: ServiceModel, operation: OperationModel, input: unknown): void {
  let check = checks.get(operation)
  if (!check) checks.set(operation, check = compile(model, { name: '', shape: operation.input }, new Map()))
  const problems: Problem[] = []
  check(input ?? {}, problems)
  if (problems.length === 0) return
  const missing = missingWords[model.name]
  const required = problems.find(({ constraint }) => constraint === notNull)
  if (missing && required) throw missing(required.path.replace(/^./, first => first.toUpperCase()), operation, model)
  if (model.name === 's3') return
  const told = problems.map(({ path, value, constraint }) => `Value ${value} at '${path}' failed to satisfy constraint: ${constraint}`)
  throw new AwsError(
    errorNames[model.name] ?? 'ValidationException', `${told.length} validation error${told.length > 1 ? 's' : ''} detected: ${told.join('; ')}`,
  )
}

const notNull = 'Member must not be null'

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
      known.check = (value: unknown[], problems) => {
        for (let at = 0; at < value.length; at++) checkPart(item, value[at], at, !shape.sparse, problems)
      }
    } else if (shape.type === 'map') {
      const item = compile(model, shape.value, seen)
      known.check = (value, problems) => {
        for (const [key, each] of Object.entries(value)) checkPart(item, each, `${key}.member`, false, problems)
      }
    } else {
      const members =
        shape.members.map((each, at) => ({ name: each.name, path: lowerFirst(each.name), required: at < shape.required, check: compile(model, each, seen) }))
      known.check = (value, problems) => {
        for (const { name, path, required, check } of members) checkPart(check, value[name], path, required, problems)
      }
    }
  }
  const inner = known
  return own
    ? (value, problems) => { own(value, problems); inner.check(value, problems) }
    : (value, problems) => inner.check(value, problems)
}

/** Checks a part of a value: a member, or an item of a list by its index. */
function checkPart(check: Check, part: unknown, where: string | number, isRequired: boolean, problems: Problem[]): void {
  const before = problems.length
  if (part !== undefined && part !== null) check(part, problems)
  else if (isRequired) problems.push({ path: '', value: 'null', constraint: notNull })
  for (let at = before; at < problems.length; at++) {
    const { path } = problems[at]!
    const step = typeof where === 'number' ? `${where + 1}.member` : where
    problems[at]!.path = path === '' ? step : `${step}.${path}`
  }
}

function constraintCheck(constraints: Constraints | undefined): Check | undefined {
  if (!constraints) return undefined
  const { min, max, pattern, enum: values } = constraints
  const expression = pattern === undefined ? undefined : safePattern(pattern)
  return (value, problems) => {
    const fail = (constraint: string) => void problems.push({ path: '', value: `'${shown(value)}'`, constraint })
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
