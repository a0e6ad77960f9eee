import assert from 'node:assert/strict'
import { test } from 'node:test'
import { policyProblem, type PolicyKind } from './validate.ts'

const good = { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }
const problem = (statement: unknown, kind: PolicyKind = 'identity') => policyProblem(JSON.stringify({ Version: '2012-10-17', Statement: statement }), kind)

test('documents that IAM takes', () => {
  const resources = ['*', 'arn:aws:s3:::bucket/*', 'arn:*:s3:::b', 'arn:aws:lambda:*:*:function:${aws:PrincipalTag/app}-*']
  for (const Resource of [...resources, resources]) assert.equal(problem({ ...good, Resource }), undefined)
  assert.equal(
    problem([{ ...good, Sid: 'a' }, { ...good, Sid: 'b', Condition: { 'ForAllValues:StringLikeIfExists': { 'aws:TagKeys': ['a*'] }, Null: { x: true } } }]),
    undefined,
  )
  assert.equal(problem({ Effect: 'Deny', NotAction: ['iam:*', 's3:Get?bject'], NotResource: '*' }), undefined)
  assert.equal(policyProblem(JSON.stringify({ Statement: good }), 'identity'), undefined)
  assert.equal(problem({ ...good, Resource: 'arn:aws:s3:::bucket' }), undefined)
  const named = [{ AWS: '123456789012' }, { AWS: ['arn:aws:iam::123456789012:role/a/b', '*'] }, { Service: 'lambda.amazonaws.com' }]
  for (const Principal of ['*', ...named, { Federated: 'cognito-identity.amazonaws.com' }]) {
    assert.equal(problem({ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' }, 'trust'), undefined)
  }
})

test('documents that IAM refuses, in its words', () => {
  const cases: [unknown, string, PolicyKind?][] = [
    [{ ...good, Effect: 'allow' }, 'Syntax errors in policy.'],
    [{ ...good, Extra: 1 }, 'Syntax errors in policy.'],
    [[], 'Syntax errors in policy.'],
    [{ ...good, Condition: { StringIs: { a: 'b' } } }, 'Syntax errors in policy.'],
    [{ Effect: 'Allow', Resource: '*' }, 'Policy statement must contain actions.'],
    [{ ...good, Action: 'GetObject' }, 'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.'],
    [{ Effect: 'Allow', Action: 's3:*' }, 'Policy statement must contain resources.'],
    [{ ...good, Resource: 'bucket' }, 'Resource bucket must be in ARN format or "*".'],
    [{ ...good, Principal: '*' }, 'Policy document should not specify a principal.'],
    [[{ ...good, Sid: 'a' }, { ...good, Sid: 'a' }], 'Statement IDs (SID) in a single policy must be unique.'],
    [{ Effect: 'Allow', Principal: '*', Action: 'sts:AssumeRole', Resource: '*' }, 'Has prohibited field Resource', 'trust'],
    [{ Effect: 'Allow', Principal: '*', Action: 's3:*' }, 'AssumeRole policy may only specify STS AssumeRole actions.', 'trust'],
    [{ Effect: 'Allow', Principal: { AWS: 'me' }, Action: 'sts:AssumeRole' }, 'Invalid principal in policy: "AWS":"me"', 'trust'],
    [{ Effect: 'Allow', Principal: { Service: 'lambda' }, Action: 'sts:AssumeRole' }, 'Invalid principal in policy: "Service":"lambda"', 'trust'],
    [{ ...good, Resource: 'arn:aws:s3:us-east-1' }, 'The policy failed legacy parsing'],
    [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }, 'Missing required field Principal', 'resource'],
  ]
  for (const [statement, expected, kind] of cases) assert.equal(problem(statement, kind), expected)
  assert.equal(policyProblem('{', 'identity'), 'Syntax errors in policy.')
  assert.equal(policyProblem('{', 'trust'), 'This policy contains invalid Json')
})
