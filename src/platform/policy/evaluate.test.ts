import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Principal } from '../../contracts/principal.ts'
import { compilePolicy } from './compile.ts'
import { contextOf, type ContextValue } from './context.ts'
import { evaluate, type PolicyRequest } from './evaluate.ts'
import { denialMessage } from './message.ts'

const account = '123456789012'
const user: Principal = { type: 'user', account, arn: `arn:aws:iam::${account}:user/ann`, userId: 'AIDAANN' }
const session: Principal = {
  type: 'assumed-role', account, arn: `arn:aws:sts::${account}:assumed-role/app/one`, userId: 'AROAAPP:one', roleArn: `arn:aws:iam::${account}:role/app`,
}
const root: Principal = { type: 'root', account, arn: `arn:aws:iam::${account}:root`, userId: account }
const lambda: Principal = { type: 'service', account, arn: 'lambda.amazonaws.com', userId: 'lambda.amazonaws.com' }
const stranger: Principal = { ...user, account: '999999999999', arn: 'arn:aws:iam::999999999999:user/zed', userId: 'AIDAZED' }

interface Documents { identity?: object[], boundary?: object, session?: object[], scps?: object[][], resource?: object }
type Ask = Partial<Omit<PolicyRequest, 'context'>> & { context?: Record<string, ContextValue> }

function policyOf(statement: object, name = 'p') {
  return compilePolicy(JSON.stringify({ Version: '2012-10-17', Statement: statement }), { name })
}

function decide(documents: Documents, ask: Ask = {}) {
  const request: PolicyRequest = {
    principal: user, action: 'sqs:SendMessage', resource: `arn:aws:sqs:eu-west-1:${account}:q`, resourceAccount: account,
    ...ask, context: contextOf(ask.context ?? {}),
  }
  const decision = evaluate(request, {
    ...(documents.identity && { identity: documents.identity.map(one => policyOf(one)) }),
    ...(documents.boundary && { boundary: policyOf(documents.boundary) }),
    ...(documents.session && { session: documents.session.map(one => policyOf(one)) }),
    ...(documents.scps && { serviceControl: documents.scps.map(level => level.map(one => policyOf(one))) }),
    ...(documents.resource && { resource: policyOf(documents.resource) }),
  })
  return { decision, request }
}

/** `allow`, or the end of the message. */
function check(documents: Documents, ask: Ask, expected: 'allow' | string) {
  const { decision, request } = decide(documents, ask)
  const got = decision.allowed ? 'allow' : denialMessage(request, decision)
  if (expected === 'allow') assert.equal(got, 'allow')
  else assert.ok(got.endsWith(expected), `${got}\ndoes not end with\n${expected}`)
}

const allow = (Action: string | string[] = '*', more: object = {}) => ({ Effect: 'Allow', Action, Resource: '*', ...more })
const deny = (Action: string | string[] = '*', more: object = {}) => ({ Effect: 'Deny', Action, Resource: '*', ...more })
const grant = (Principal: unknown, more: object = {}) => ({ Effect: 'Allow', Principal, Action: '*', Resource: '*', ...more })
const noIdentity = 'because no identity-based policy allows the sqs:SendMessage action'

test('nothing is allowed that no policy allows, and the message says which kind is missing', () => {
  const { decision, request } = decide({ identity: [] })
  assert.equal(denialMessage(request, decision),
    `User: arn:aws:iam::${account}:user/ann is not authorized to perform: sqs:SendMessage on resource: arn:aws:sqs:eu-west-1:${account}:q ${noIdentity}`)
})

test('actions match with wildcards and without regard to case', () => {
  check({ identity: [allow('sqs:*')] }, {}, 'allow')
  check({ identity: [allow('SQS:sendmessage')] }, {}, 'allow')
  check({ identity: [allow('sqs:Send?essage')] }, {}, 'allow')
  check({ identity: [allow('sqs:Send')] }, {}, noIdentity)
  check({ identity: [{ Effect: 'Allow', NotAction: 'iam:*', Resource: '*' }] }, {}, 'allow')
  check({ identity: [{ Effect: 'Allow', NotAction: 'sqs:*', Resource: '*' }] }, {}, noIdentity)
})

test('resources match with wildcards, and case counts', () => {
  check({ identity: [allow('*', { Resource: 'arn:aws:sqs:*:*:q' })] }, {}, 'allow')
  check({ identity: [allow('*', { Resource: 'arn:aws:sqs:*:*:Q' })] }, {}, noIdentity)
  check({ identity: [{ Effect: 'Allow', Action: '*', NotResource: 'arn:aws:sqs:*:*:q' }] }, {}, noIdentity)
})

test('an explicit denial wins over every allowance', () => {
  check({ identity: [allow(), deny('sqs:*')] }, {}, 'with an explicit deny in an identity-based policy')
  check({ identity: [allow()], resource: { ...grant('*'), Effect: 'Deny' } }, {}, 'with an explicit deny in a resource-based policy')
  check({ identity: [allow()], boundary: deny() }, {}, 'with an explicit deny in a permissions boundary')
  check({ identity: [allow()], session: [deny()] }, { principal: session }, 'with an explicit deny in a session policy')
  check({ identity: [allow()], scps: [[allow(), deny()]] }, {}, 'with an explicit deny in a service control policy')
})

test('a denial names the statement that decided', () => {
  const { decision } = decide({ identity: [allow(), deny('sqs:*', { Sid: 'NoQueues' })] })
  assert.equal(decision.by?.sid, 'NoQueues')
})

test('boundaries, session policies and each level of service control policies have to allow as well', () => {
  check({ identity: [allow()], boundary: allow('s3:*') }, {}, 'because no permissions boundary allows the sqs:SendMessage action')
  check({ identity: [allow()], boundary: allow('sqs:*') }, {}, 'allow')
  check({ identity: [allow()], session: [allow('s3:*')] }, { principal: session }, 'because no session policy allows the sqs:SendMessage action')
  check({ identity: [allow()], session: [allow('s3:*'), allow('sqs:*')] }, { principal: session }, 'allow')
  check({ identity: [allow()], scps: [[allow()], [allow('s3:*')]] }, {}, 'because no service control policy allows the sqs:SendMessage action')
  check({ scps: [[allow('s3:*')]] }, { principal: root }, 'because no service control policy allows the sqs:SendMessage action')
})

test('the root of an account may do everything in it that no policy denies', () => {
  check({}, { principal: root }, 'allow')
  check({ resource: { ...grant('*'), Effect: 'Deny' } }, { principal: root }, 'with an explicit deny in a resource-based policy')
})

test('within an account, a resource policy that names the user grants by itself', () => {
  check({ identity: [], resource: grant({ AWS: user.arn }) }, {}, 'allow')
  check({ identity: [], resource: grant('*') }, {}, 'allow')
  check({ identity: [], boundary: allow('s3:*'), resource: grant({ AWS: user.arn }) }, {}, 'allow')
  check({ identity: [], resource: grant({ AWS: account }) }, {}, noIdentity)
  check({ identity: [], resource: grant({ AWS: root.arn }) }, {}, noIdentity)
})

test('a grant to a role is narrowed by boundary and session policy, one to the session is not', () => {
  const toRole = grant({ AWS: session.roleArn })
  const toSession = grant({ AWS: session.arn })
  check({ identity: [], resource: toRole }, { principal: session }, 'allow')
  check({ identity: [], boundary: allow('s3:*'), resource: toRole }, { principal: session },
    'because no permissions boundary allows the sqs:SendMessage action')
  check({ identity: [], session: [allow('s3:*')], resource: toRole }, { principal: session }, 'because no session policy allows the sqs:SendMessage action')
  check({ identity: [], session: [allow('s3:*')], boundary: allow('s3:*'), resource: toSession }, { principal: session }, 'allow')
})

test('across accounts both sides have to allow', () => {
  const noResource = 'because no resource-based policy allows the sqs:SendMessage action'
  check({ identity: [allow()] }, { principal: stranger }, noResource)
  check({ identity: [], resource: grant({ AWS: stranger.arn }) }, { principal: stranger }, noIdentity)
  check({ identity: [allow()], resource: grant({ AWS: stranger.account }) }, { principal: stranger }, 'allow')
  check({ identity: [allow()], resource: grant({ AWS: account }) }, { principal: stranger }, noResource)
})

test('a trust policy has to allow within the account too; naming the account leaves it to identity policies', () => {
  const assume = { action: 'sts:AssumeRole', resource: session.roleArn!, resourcePolicyRequired: true }
  const trust = (Principal: unknown) => ({ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' })
  check({ identity: [allow()], resource: trust({ Service: 'lambda.amazonaws.com' }) }, assume,
    'because no resource-based policy allows the sts:AssumeRole action')
  check({ identity: [allow()], resource: trust({ AWS: root.arn }) }, assume, 'allow')
  check({ identity: [], resource: trust({ AWS: root.arn }) }, assume, 'because no identity-based policy allows the sts:AssumeRole action')
  check({ identity: [], resource: trust({ AWS: user.arn }) }, assume, 'allow')
})

test('a service is allowed by the resource policy alone, under its conditions', () => {
  const resource = grant({ Service: 'lambda.amazonaws.com' }, { Condition: { ArnLike: { 'aws:SourceArn': 'arn:aws:s3:::b*' } } })
  check({ resource }, { principal: lambda, context: { 'aws:SourceArn': 'arn:aws:s3:::bucket' } }, 'allow')
  check({ resource }, { principal: lambda, context: { 'aws:SourceArn': 'arn:aws:s3:::other' } },
    'because no resource-based policy allows the sqs:SendMessage action')
})

test('NotPrincipal denies all but those it names', () => {
  const resource = { Effect: 'Deny', NotPrincipal: { AWS: [user.arn, root.arn] }, Action: '*', Resource: '*' }
  check({ identity: [allow()], resource }, {}, 'allow')
  check({ identity: [allow()], resource }, { principal: { ...stranger } }, 'with an explicit deny in a resource-based policy')
})

test('policy variables stand for the request\'s values, literally, with defaults', () => {
  const home = (Resource: string) => ({ identity: [allow('*', { Resource })] })
  const ask = (name: string, resource: string) => ({ resource, context: { 'aws:username': name } })
  check(home('arn:aws:s3:::b/${aws:username}/*'), ask('ann', 'arn:aws:s3:::b/ann/x'), 'allow')
  check(home('arn:aws:s3:::b/${AWS:UserName}/*'), ask('ann', 'arn:aws:s3:::b/bob/x'), noIdentity)
  check(home('arn:aws:s3:::b/${aws:username}/*'), ask('*', 'arn:aws:s3:::b/bob/x'), noIdentity)
  check(home('arn:aws:s3:::b/${aws:PrincipalTag/team, \'all\'}'), ask('ann', 'arn:aws:s3:::b/all'), 'allow')
  check(home('arn:aws:s3:::b/${aws:PrincipalTag/team}'), ask('ann', 'arn:aws:s3:::b/'), noIdentity)
  check(home('arn:aws:s3:::b/${*}'), ask('ann', 'arn:aws:s3:::b/x'), noIdentity)
  check(home('arn:aws:s3:::b/${*}'), ask('ann', 'arn:aws:s3:::b/*'), 'allow')
})

test('a hostile pattern takes no exponential time', () => {
  const start = performance.now()
  check({ identity: [allow('*', { Resource: '*a'.repeat(200) + 'b' })] }, { resource: 'a'.repeat(5000) }, noIdentity)
  assert.ok(performance.now() - start < 1000)
})

test('the engine answers a usual request in microseconds', () => {
  const documents = { identity: [allow(['s3:Get*', 's3:Put*']), allow('dynamodb:*'),
    allow(['sqs:SendMessage'], { Resource: `arn:aws:sqs:*:${account}:q` })] }
  const stack = { identity: documents.identity.map(one => policyOf(one)) }
  const { request } = decide(documents)
  const start = performance.now()
  for (let i = 0; i < 20_000; i++) evaluate(request, stack)
  assert.ok((performance.now() - start) / 20_000 < 0.05, 'less than 50 µs each')
})

test('a grant to everybody reaches services too, and is narrowed by its conditions', () => {
  for (const everybody of ['*', { AWS: '*' }]) {
    const resource = grant(everybody, { Condition: { ArnLike: { 'aws:SourceArn': 'arn:aws:sns:*:*:t' } } })
    check({ resource }, { principal: lambda, context: { 'aws:SourceArn': 'arn:aws:sns:eu-west-1:1:t' } }, 'allow')
    check(
      { resource }, { principal: lambda, context: { 'aws:SourceArn': 'arn:aws:sns:eu-west-1:1:u' } },
      'because no resource-based policy allows the sqs:SendMessage action',
    )
  }
})

test('a service is known by its regional names as well', () => {
  check({ resource: grant({ Service: 'lambda.eu-west-1.amazonaws.com' }) }, { principal: lambda }, 'allow')
  check(
    { resource: grant({ Service: 'edgelambda.amazonaws.com' }) }, { principal: lambda },
    'because no resource-based policy allows the sqs:SendMessage action',
  )
})

test('a federated session: a grant to itself stands alone, one to the user who asked for it is narrowed by the session\'s policies', () => {
  const federated: Principal = {
    type: 'federated-user', account, arn: `arn:aws:sts::${account}:federated-user/guest`, userId: `${account}:guest`, issuerArn: user.arn,
  }
  check({ identity: [], session: [], resource: grant({ AWS: federated.arn }) }, { principal: federated }, 'allow')
  check(
    { identity: [], session: [], resource: grant({ AWS: user.arn }) }, { principal: federated },
    'because no session policy allows the sqs:SendMessage action',
  )
  check({ identity: [], session: [allow()], resource: grant({ AWS: user.arn }) }, { principal: federated }, 'allow')
})

test('a boundary does not narrow a grant to a user or a session itself, and does one to a role', () => {
  const boundary = allow('s3:*')
  check({ identity: [], boundary, resource: grant({ AWS: user.arn }) }, {}, 'allow')
  check({ identity: [], boundary, session: [], resource: grant({ AWS: session.arn }) }, { principal: session }, 'allow')
  check(
    { identity: [], boundary, resource: grant({ AWS: session.roleArn }) }, { principal: session },
    'because no permissions boundary allows the sqs:SendMessage action',
  )
  check(
    { identity: [], session: [allow('s3:*')], resource: grant({ AWS: session.roleArn }) }, { principal: session },
    'because no session policy allows the sqs:SendMessage action',
  )
})
