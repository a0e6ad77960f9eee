import assert from 'node:assert/strict'
import { test } from 'node:test'
import { evaluate, type Evaluation } from './intrinsics.ts'

const evaluation = (): Evaluation => ({
  parameters: { Name: 'fog', List: ['a', 'b', 'c'], Empty: [] }, mappings: { M: { top: { second: 'found', list: ['x', 'y'] } } },
  pseudo: { 'AWS::Region': 'eu-west-1', 'AWS::AccountId': '000000000000', 'AWS::NotificationARNs': [] },
  conditions: { Yes: { 'Fn::Equals': ['1', '1'] }, No: { 'Fn::Not': [{ Condition: 'Yes' }] }, Both: { 'Fn::And': [{ Condition: 'Yes' }, { Condition: 'No' }] },
    Either: { 'Fn::Or': [{ Condition: 'No' }, { Condition: 'Yes' }] } },
  known: new Map(), zones: region => [`${region}a`, `${region}b`], exported: name => name === 'shared' ? 'value' : undefined,
  resource: id => id === 'Thing' ? { ref: 'thing-1', attribute: name => `attribute ${name}` } : undefined,
})

const cases: [label: string, input: unknown, output: unknown][] = [
  ['Ref of a parameter', { Ref: 'Name' }, 'fog'],
  ['Ref of a list', { Ref: 'List' }, ['a', 'b', 'c']],
  ['Ref of a pseudo parameter', { Ref: 'AWS::Region' }, 'eu-west-1'],
  ['Ref of a resource', { Ref: 'Thing' }, 'thing-1'],
  ['GetAtt', { 'Fn::GetAtt': ['Thing', 'Arn'] }, 'attribute Arn'],
  ['GetAtt as text with dots', { 'Fn::GetAtt': 'Thing.Outputs.Url' }, 'attribute Outputs.Url'],
  ['Sub', { 'Fn::Sub': '${Name}-${AWS::Region}-${Thing.Arn}-${!Literal}' }, 'fog-eu-west-1-attribute Arn-${Literal}'],
  ['Sub with names', { 'Fn::Sub': ['${A}${Name}', { A: { Ref: 'Thing' } }] }, 'thing-1fog'],
  ['Join', { 'Fn::Join': ['-', ['a', { Ref: 'Name' }, 1]] }, 'a-fog-1'],
  ['Join of a list parameter', { 'Fn::Join': [',', { Ref: 'List' }] }, 'a,b,c'],
  ['Select', { 'Fn::Select': ['1', { Ref: 'List' }] }, 'b'],
  ['Split', { 'Fn::Split': ['|', 'a||b'] }, ['a', '', 'b']],
  ['FindInMap', { 'Fn::FindInMap': ['M', 'top', 'second'] }, 'found'],
  ['FindInMap with a default', { 'Fn::FindInMap': ['M', 'top', 'none', { DefaultValue: 'else' }] }, 'else'],
  ['If', { 'Fn::If': ['Either', 'yes', 'no'] }, 'yes'],
  [
    'If with AWS::NoValue', { A: 1, B: { 'Fn::If': ['Both', 'yes', { Ref: 'AWS::NoValue' }] }, C: [{ 'Fn::If': ['No', 1, { Ref: 'AWS::NoValue' }] }, 2] },
    { A: 1, C: [2] }
  ],
  ['Base64', { 'Fn::Base64': 'fog' }, 'Zm9n'],
  ['Cidr', { 'Fn::Cidr': ['10.0.0.0/16', 3, 8] }, ['10.0.0.0/24', '10.0.1.0/24', '10.0.2.0/24']],
  ['Cidr of IPv6', { 'Fn::Cidr': ['2001:db8::/56', 2, 64] }, ['2001:db8::/64', '2001:db8:0:1::/64']],
  ['GetAZs', { 'Fn::GetAZs': '' }, ['eu-west-1a', 'eu-west-1b']],
  ['ImportValue', { 'Fn::ImportValue': { 'Fn::Sub': 'shared' } }, 'value'],
  ['Length', { 'Fn::Length': { Ref: 'List' } }, 3],
  ['ToJsonString', { 'Fn::ToJsonString': { a: { Ref: 'Name' } } }, '{"a":"fog"}'],
  ['Contains', { 'Fn::Contains': [['a', 'b'], 'b'] }, true],
  ['an object with another member beside Ref is no function', { Ref: 'Name', More: 1 }, { Ref: 'Name', More: 1 }],
]
for (const [label, input, output] of cases) test(`functions: ${label}`, () => assert.deepEqual(evaluate(input, evaluation()), output))

const refusals: [label: string, input: unknown, message: string][] = [
  ['Select beyond the end', { 'Fn::Select': [3, { Ref: 'List' }] }, 'Template error: Fn::Select  cannot select nonexistent value at index 3'],
  ['a missing mapping', { 'Fn::FindInMap': ['M', 'top', 'none'] }, 'Template error: Unable to get mapping for M::top::none'],
  ['a missing export', { 'Fn::ImportValue': 'none' }, 'No export named none found'],
  ['a missing resource', { 'Fn::GetAtt': ['None', 'Arn'] }, 'Template error: instance of Fn::GetAtt references undefined resource None'],
  ['GetAtt without an attribute', { 'Fn::GetAtt': ['Thing'] },
    'Template error: every Fn::GetAtt object requires two non-empty parameters, the resource name and the resource attribute'],
  ['Equals of three', { 'Fn::Equals': [1, 2, 3] }, 'Template error: every Fn::Equals object requires a list of 2 string parameters.'],
  [
    'Sub with an odd name', { 'Fn::Sub': '${a b}' },
    'Template error: variable names in Fn::Sub syntax must contain only alphanumeric characters, underscores, periods, and colons'
  ],
]
for (const [label, input, message] of refusals) {
  test(`functions refuse ${label}`, () => assert.throws(() => evaluate(input, evaluation()), { name: 'ValidationError', message }))
}
