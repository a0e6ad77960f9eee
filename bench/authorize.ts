import { createAuthorizer } from '../src/platform/authorize.ts'
import type { AuthorizationRequest } from '../src/platform/parts.ts'
import type { Principal } from '../src/contracts/principal.ts'
import { inTurn, machine, median } from './measure.ts'

// What a permission check costs: `node bench/authorize.ts`. The floor is the root of an account, who needs no policy.

const account = '123456789012'
const table = `arn:aws:dynamodb:us-east-1:${account}:table/notes`
const root: Principal = { type: 'root', account, arn: `arn:aws:iam::${account}:root`, userId: account }
const session: Principal = {
  type: 'assumed-role', account, arn: `arn:aws:sts::${account}:assumed-role/app/one`, userId: 'AROAAPP:one',
  roleArn: `arn:aws:iam::${account}:role/app`, issuedAt: 1,
}
const policy = (name: string, ...Statement: object[]) => ({ name, document: JSON.stringify({ Version: '2012-10-17', Statement }) })
const allow = (Action: string[], Resource: string | string[], more: object = {}) => ({ Effect: 'Allow', Action, Resource, ...more })
const identity = [
  policy('logs', allow(['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'], '*')), policy('queues', allow(['sqs:*'], '*')),
  policy('notes', allow(
    ['dynamodb:GetItem', 'dynamodb:PutItem'], ['arn:aws:dynamodb:*:*:table/a*', table], { Condition: { Bool: { 'aws:SecureTransport': 'true' } } },
  )),
]
const byTag = [policy('tagged', allow(['dynamodb:*'], '*', { Condition: { StringEquals: { 'aws:ResourceTag/team': 'blue' } } }))]
const known = { root: {}, role: { identity }, bounded: { identity, boundary: policy('b', allow(['dynamodb:*'], '*')) }, tagged: { identity: byTag } }

const callsPerRound = 100_000

async function nanoseconds(principal: Principal, policies: object, more: Partial<AuthorizationRequest> = {}): Promise<number> {
  const authorize = createAuthorizer({ policiesOf: () => policies }, Date.now)
  const start = process.hrtime.bigint()
  for (let at = 0; at < callsPerRound; at++) {
    const pending = authorize({
      principal, service: 'dynamodb', actions: ['dynamodb:PutItem'], resources: [table],
      conditions: { 'dynamodb:LeadingKeys': ['a'] }, resourceAccount: account,
      region: 'us-east-1', secureTransport: true, ...more,
    })
    if (pending) await pending
  }
  return Number(process.hrtime.bigint() - start) / callsPerRound
}

const resourcePolicy = JSON.stringify({ Version: '2012-10-17', Statement: [{ ...allow(['dynamodb:*'], '*'), Principal: { AWS: account } }] })
const figures = await inTurn(9, {
  'root (the floor)': () => nanoseconds(root, known.root),
  'a role with three policies': () => nanoseconds(session, known.role),
  'with a boundary': () => nanoseconds(session, known.bounded),
  'with a resource policy': () => nanoseconds(session, known.role, { resourcePolicy }),
  'by a tag of the resource': () => nanoseconds(session, known.tagged, { resourceTags: () => ({ team: 'blue' }) }),
})
console.log(machine())
for (const [name, values] of Object.entries(figures)) console.log(`${name.padEnd(28)} ${median(values).toFixed(0).padStart(6)} ns`)
