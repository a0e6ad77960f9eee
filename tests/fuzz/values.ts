import { strToU8, zipSync } from 'fflate'
import type { Constraints, Member, ServiceModel, ShapeRef } from '../../src/protocol/model.ts'
import { random } from '../parity/protocol/generate.ts'

/**
 * Makes inputs that a caller could mean: names and ids that earlier answers gave out, values of enumerations, policies and ARNs, and
 * now and then something odd, so that operations get behind their validation.
 */
export class Plausible {
  readonly next: () => number
  /** Texts that answers held, by the name of the member in lower case. */
  /** How many of the optional members an input has. */
  #density = 0
  readonly #seen = new Map<string, string[]>()

  constructor(seed: number) {
    this.next = random(seed)
  }

  pick<T>(from: readonly T[]): T {
    return from[Math.floor(this.next() * from.length)]!
  }

  input(model: ServiceModel, operation: string): any {
    this.#density = this.pick([0, 0, 0.1, 0.3, 0.6])
    const { input } = model.operations[operation]!
    return typeof input === 'number' ? this.#value(model, input, '', 0) : {}
  }

  /** Remembers the names and ids of an answer. */
  learn(value: unknown, name = ''): void {
    if (typeof value === 'string') {
      if (value.length === 0 || value.length > 2000) return
      for (const key of [name.toLowerCase(), ...value.startsWith('arn:') ? ['arn'] : []]) {
        const seen = this.#seen.get(key) ?? []
        this.#seen.set(key, seen)
        if (seen.length < 30) seen.push(value)
        else seen[Math.floor(this.next() * 30)] = value
      }
    } else if (Array.isArray(value)) value.slice(0, 20).forEach(each => this.learn(each, name))
    else if (value !== null && typeof value === 'object' && !(value instanceof Uint8Array) && !(value instanceof Date)) {
      for (const [key, member] of Object.entries(value)) if (key !== '$metadata' && key !== 'Body') this.learn(member, key)
    }
  }

  #value(model: ServiceModel, ref: ShapeRef, name: string, depth: number, member?: Member): any {
    if (typeof ref !== 'number') return this.#simple(ref, name, member)
    const shape = model.shapes[ref]!
    if (shape.type === 'list') {
      return Array.from(
        { length: this.pick([0, 1, 1, 1, 2, 3]) }, () => this.#value(model, shape.member.shape, name.replace(/s$/, ''), depth + 1, shape.member),
      )
    }
    if (shape.type === 'map') {
      const length = this.pick([0, 1, 1, 2])
      return Object.fromEntries(Array.from({ length }, () => [String(this.#simple('string', shape.key.name === 'key' ? name : shape.key.name, shape.key)),
        this.#value(model, shape.value.shape, name, depth + 1, shape.value)]))
    }
    if (depth > 8 || shape.members.length === 0) return {}
    const chosen = shape.type === 'union' ? [this.pick(shape.members)]
      : shape.members.filter((_, at) => at < shape.required ? this.next() < 0.98 : this.next() < (depth < 5 ? this.#density : 0.05))
    return Object.fromEntries(chosen.map(each => [each.name, this.#value(model, each.shape, each.name, depth + 1, each)]))
  }

  #simple(type: Exclude<ShapeRef, number>, name: string, member: Member | undefined): any {
    const { min, max, enum: known } = member?.constraints ?? {}
    switch (type) {
      case 'string': return known && this.next() < 0.93 ? this.pick(known) : this.#text(name, member?.constraints)
      case 'number': return this.next() < 0.8 && min !== undefined
        ? min + Math.floor(this.next() * Math.min(1000, (max ?? min + 1000) - min + 1))
        : this.pick([0, 1, 2, 3, 10, 100, -1, 1e9, 0.5])
      case 'bigint': return BigInt(this.pick([0, 1, 5, 1024, -1]))
      case 'boolean': return this.next() < 0.5
      case 'blob': case 'stream': return this.pick([zip, zip, Buffer.from('{"a":1}'), new Uint8Array(0), Buffer.from(`line\n${name}`)])
      case 'document': return this.pick([{ a: [1, { b: null }] }, {}, 'x'])
      case 'unit': return {}
      default: return new Date(this.pick([0, Date.UTC(2025, 11, 31), Date.UTC(2026, 0, 2), 8e14]))
    }
  }

  #text(name: string, { min = 0, max = Infinity, pattern }: Constraints = {}): string {
    if (this.next() < 0.03) return this.pick(odd)
    const fits = pattern === undefined ? undefined : fitting(pattern)
    for (let tries = 0; ; tries++) {
      const text = this.#meant(name)
      if (tries > 12 || (text.length >= min && text.length <= max && (!fits || fits.test(text)))) return text
    }
  }

  #meant(name: string): string {
    const key = name.toLowerCase()
    const seen = this.#seen.get(key) ?? (key.endsWith('arn') ? this.#seen.get('arn') : undefined)
    if (seen && this.next() < 0.75) return this.pick(seen)
    if (/policy(document)?$|^document$/.test(key) && this.next() < 0.8) return this.pick(policies)
    if (/arn$|resource(id)?$/.test(key)) return this.pick(this.#seen.get('arn') ?? arns)
    if (/template(body)?$/.test(key)) return this.pick(templates)
    if (key.endsWith('expression')) return this.pick(expressions)
    if (/^body$|definition|input|payload|message|attribute/.test(key) && this.next() < 0.4) {
      return this.pick(['{}', '{"openapi":"3.0.1","info":{"title":"t"},"paths":{"/a":{"get":{}}}}', '[]', 'text'])
    }
    return this.pick(names)
  }
}

const patterns = new Map<string, RegExp>()

function fitting(pattern: string): RegExp {
  let known = patterns.get(pattern)
  if (!known) {
    try {
      known = new RegExp(`^(?:${pattern})$`)
    } catch {
      known = /^/
    }
    patterns.set(pattern, known)
  }
  return known
}

export const zip = zipSync({ 'index.mjs': strToU8('export const handler = async event => event') })
const names = [
  'fuzzed', 'fuzzed', 'fuzzed', 'alpha', 'beta', 'http://127.0.0.1/000000000000/fuzzed', 'a1b2c3d4e5', '1-2-3', '{}', 'HTTP', 'my-name', 'a.b',
  '/path/to', '$default', 'GET /x', '1', '10', 'true', 'us-east-1', 'nodejs24.x', 'index.handler', '000000000000', 'S', 'HASH', '*',
  'https://example.com/x', 'a=1&b=2',
]
const arns = [
  'arn:aws:iam::000000000000:role/fuzzed', 'arn:aws:s3:::fuzzed', 'arn:aws:lambda:us-east-1:000000000000:function:fuzzed',
  'arn:aws:dynamodb:us-east-1:000000000000:table/fuzzed', 'arn:aws:sqs:us-east-1:000000000000:fuzzed',
  'arn:aws:serverlessrepo:us-east-1:000000000000:applications/fuzzed', 'arn:aws:events:us-east-1:000000000000:rule/fuzzed',
]
const odd = [
  '', ' ', '\u0000', 'é漢😀', 'x'.repeat(3000), '../../x', '__proto__', 'constructor', '%', '${', '{{', '\n', '-1', 'null', '[',
  '((((((((((a*)*)*)*)*)', '\ud800',
]
const trust = { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }
const policies = [
  JSON.stringify({ Version: '2012-10-17', Statement: [trust] }),
  JSON.stringify({ Version: '2012-10-17', Statement: { Effect: 'Allow', Action: 's3:*', Resource: '*' } }),
  JSON.stringify({
    Statement: [{
      Effect: 'Deny', NotAction: 'x:*', NotResource: 'arn:aws:s3:::a',
      Condition: { StringLike: { 'aws:username': ['${aws:username}', '*'] }, NumericLessThan: { 's3:max-keys': 'x' } },
    }],
  }),
  '{}', '[]', '{"Statement":[{"Effect":"Maybe"}]}', '{"Version":"2012-10-17","Statement":[null]}', 'not json',
]
const templates = [
  '{"Resources":{"A":{"Type":"AWS::Logs::LogGroup"}}}',
  '{"Resources":{"A":{"Type":"AWS::SQS::Queue","Properties":{"QueueName":{"Ref":"B"}}},"B":{"Type":"AWS::SQS::Queue"}}}',
  'Transform: AWS::Serverless-2016-10-31\nResources:\n  F: {Type: AWS::Serverless::Function, Properties: {InlineCode: x, Handler: a.b, Runtime: python3.11}}',
  '{"Resources":{}}',
  'Resources: {A: {Type: AWS::Logs::LogGroup, Properties: {LogGroupName: !Join [x]}}}', '{"Resources":{"A":null}}',
  '{"Resources":{"A":{"Type":"AWS::Logs::LogGroup","DependsOn":"A"}}}',
  '{"Conditions":{"C":{"Fn::Equals":[{"Ref":"P"}]}},"Resources":{"A":{"Type":"AWS::Logs::LogGroup","Condition":"C"}}}', '[', 'a: &a [*a]',
  '{"Resources":{"A":{"Type":"AWS::Logs::LogGroup","Properties":{"Fn::If":[]}}},"Outputs":{"O":{}}}',
]
const expressions = [
  'a = :v', 'attribute_exists(id)', 'SET a = :v, #n.b[0] = if_not_exists(c, :v)', 'size(a) > :v AND (b IN (:v, :w) OR NOT c BETWEEN :v AND :w)',
  'id = :v', '#n', 'REMOVE a[0], b', 'ADD n :v', 'a, b.c[1]', '((', '{ $.a = "x" }', '[a, b != 3]', 'SELECT * FROM "fuzzed"',
]
