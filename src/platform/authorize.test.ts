import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PrincipalPolicies } from '../contracts/identity.ts'
import type { Principal } from '../contracts/principal.ts'
import { createAuthorizer } from './authorize.ts'
import type { AuthorizationRequest } from './parts.ts'
import type { ServiceDefinition } from './service.ts'
import { startCloud } from '../testing/index.ts'

const account = '123456789012'
const queue = `arn:aws:sqs:eu-west-1:${account}:q`
const user: Principal = { type: 'user', account, arn: `arn:aws:iam::${account}:user/ann`, userId: 'AIDAANN' }
const root: Principal = { type: 'root', account, arn: `arn:aws:iam::${account}:root`, userId: account }
const s3: Principal = { type: 'service', account, arn: 's3.amazonaws.com', userId: 's3.amazonaws.com', sourceArn: 'arn:aws:s3:::photos' }

const json = (...statements: object[]) => JSON.stringify({ Version: '2012-10-17', Statement: statements })
const allow = (more: object = {}) => ({ Effect: 'Allow', Action: '*', Resource: '*', ...more })

async function refusal(known: PrincipalPolicies, more: Partial<AuthorizationRequest> = {}): Promise<any> {
  const authorize = createAuthorizer({ policiesOf: () => known }, () => Date.UTC(2026, 0, 2))
  try {
    await authorize({
      principal: user, service: 'sqs', actions: ['sqs:SendMessage'], resources: [queue], conditions: {}, resourceAccount: account, region: 'eu-west-1', ...more,
    })
    return undefined
  } catch (error) {
    return error
  }
}

const policy = (...statements: object[]) => ({ name: 'p', document: json(...statements) })

test('a user may do what a policy allows, and is refused by AWS\'s words otherwise', async () => {
  assert.equal(await refusal({ identity: [policy(allow())] }), undefined)
  const error = await refusal({ identity: [] })
  assert.equal(error.code, 'AccessDenied')
  assert.equal(error.status, 403)
  assert.equal(
    error.message,
    `User: ${user.arn} is not authorized to perform: sqs:SendMessage on resource: ${queue} because no identity-based policy allows the sqs:SendMessage action`,
  )
})

test('JSON services say AccessDeniedException, SNS AuthorizationError', async () => {
  assert.equal((await refusal({ identity: [] }, { service: 'lambda' })).code, 'AccessDeniedException')
  assert.equal((await refusal({ identity: [] }, { service: 'dynamodb' })).status, 400)
  assert.equal((await refusal({ identity: [] }, { service: 'sns' })).code, 'AuthorizationError')
})

test('an explicit denial names the inline policy and its statement', async () => {
  const error = await refusal({ identity: [policy(allow(), { ...allow(), Effect: 'Deny', Sid: 'Never' })] })
  assert.match(error.message, /with an explicit deny in an identity-based policy \(identity-based policy p statement Never\)$/)
})

test('every action on every resource has to be allowed', async () => {
  const one = { identity: [policy(allow({ Resource: queue }))] }
  assert.equal(await refusal(one), undefined)
  assert.ok(await refusal(one, { resources: [queue, `${queue}2`] }))
})

test('the root needs no policy, and a resource policy can deny it', async () => {
  assert.equal(await refusal({}, { principal: root }), undefined)
  const resourcePolicy = json({ ...allow(), Effect: 'Deny', Principal: '*' })
  assert.ok(await refusal({}, { principal: root, resourcePolicy }))
  assert.ok(await refusal({}, { principal: root, resourceAccount: '999999999999' }), 'another account\'s resource needs its policy')
})

test('a service passes by the resource\'s policy alone, with its source in the condition keys', async () => {
  assert.ok(await refusal({}, { principal: s3 }))
  const condition = (arn: string) => json(allow({ Principal: { Service: 's3.amazonaws.com' }, Condition: { ArnLike: { 'aws:SourceArn': arn } } }))
  assert.equal(await refusal({}, { principal: s3, resourcePolicy: condition('arn:aws:s3:::photos') }), undefined)
  assert.ok(await refusal({}, { principal: s3, resourcePolicy: condition('arn:aws:s3:::others') }))
})

test('a required resource policy has to allow even within the account', async () => {
  const known = { identity: [policy(allow())] }
  const elsewhere = json(allow({ Principal: { AWS: `arn:aws:iam::${account}:user/bob` } }))
  assert.equal(await refusal(known, { resourcePolicy: elsewhere }), undefined)
  assert.ok(await refusal(known, { resourcePolicy: elsewhere, resourcePolicyRequired: true }))
})

const when = (operator: string, values: object) => ({ identity: [policy(allow({ Condition: { [operator]: values } }))] })

test('global condition keys come from the call, the operation\'s own from its rule', async () => {
  assert.equal(await refusal(when('IpAddress', { 'aws:SourceIp': '10.0.0.0/8' }), { sourceIp: '10.1.2.3' }), undefined)
  assert.ok(await refusal(when('IpAddress', { 'aws:SourceIp': '10.0.0.0/8' }), { sourceIp: '11.1.2.3' }))
  assert.equal(await refusal(when('StringEquals', { 'aws:RequestedRegion': 'eu-west-1', 'aws:username': 'ann', 'aws:PrincipalType': 'User' })), undefined)
  assert.equal(await refusal(when('DateLessThan', { 'aws:CurrentTime': '2026-01-03T00:00:00Z' })), undefined)
  assert.ok(await refusal(when('DateLessThan', { 'aws:CurrentTime': '2026-01-01T00:00:00Z' })))
  assert.equal(await refusal(when('StringEquals', { 'dynamodb:LeadingKeys': 'a' }), { conditions: { 'dynamodb:LeadingKeys': ['a'] } }), undefined)
})

test('session tags win over the tags of the role', async () => {
  const known = { ...when('StringEquals', { 'aws:PrincipalTag/Team': 'blue' }), tags: { team: 'red' } }
  assert.ok(await refusal(known))
  assert.equal(await refusal(known, { principal: { ...user, sessionTags: { Team: 'blue' } } }), undefined)
})

test('a session is known by its MFA and its issue time; long-term keys have neither key', async () => {
  const session: Principal = { ...user, issuedAt: Date.UTC(2026, 0, 1) }
  assert.ok(await refusal(when('Bool', { 'aws:MultiFactorAuthPresent': 'false' })))
  assert.equal(await refusal(when('Bool', { 'aws:MultiFactorAuthPresent': 'false' }), { principal: session }), undefined)
  assert.equal(await refusal(when('DateLessThan', { 'aws:TokenIssueTime': '2026-01-02T00:00:00Z' }), { principal: session }), undefined)
})

test('a rule whose resources are none is decided on everything, never let through', async () => {
  const service: ServiceDefinition = {
    name: 'sts', tables: {}, operations: { GetCallerIdentity: async () => ({}) }, authorization: { GetCallerIdentity: { resource: () => [] } },
  }
  const cloud = await startCloud({ services: [service] })
  const perform = cloud.cloud.platform.perform({
    service: 'sts', operation: 'GetCallerIdentity', input: {}, principal: user, account, region: 'eu-west-1', requestId: '1',
  })
  await assert.rejects(perform, { name: 'AccessDenied' })
  await cloud.stop()
})
