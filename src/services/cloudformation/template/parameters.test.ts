import assert from 'node:assert/strict'
import { test } from 'node:test'
import { chooseParameters, parameterValue } from './parameters.ts'

test('a given value wins over the previous one, which wins only where it is asked for, and a default over nothing', () => {
  const declared = { A: { Type: 'String', Default: 'a' }, B: { Type: 'Number', Default: 7 }, C: { Type: 'String' } }
  const given = [{ ParameterKey: 'A', ParameterValue: 'new' }, { ParameterKey: 'C', UsePreviousValue: true }]
  assert.deepEqual(chooseParameters(declared, given, { A: 'old', B: '8', C: 'kept' }), { A: 'new', B: '7', C: 'kept' })
})

const refusals: [parameter: object, value: string, message: string][] = [
  [{ AllowedValues: ['a', 'b'] }, 'c', 'Parameter P must be one of AllowedValues'],
  [{ AllowedPattern: '[a-z]+' }, 'A1', 'Parameter P must match pattern [a-z]+'],
  [{ AllowedPattern: '[a-z]+', ConstraintDescription: 'small letters' }, 'A1', 'Parameter P failed to satisfy constraint: small letters'],
  [{ MinLength: 3 }, 'ab', 'Parameter P must contain at least 3 characters'],
  [{ MaxLength: '1' }, 'ab', 'Parameter P must contain at most 1 characters'],
  [{ Type: 'Number' }, 'ab', 'Parameter P must be a number'],
  [{ Type: 'Number', MinValue: 2 }, '1', 'Parameter P must be a number not less than 2'],
  [{ Type: 'List<Number>', MaxValue: 2 }, '1, 3', 'Parameter P must be a number not greater than 2'],
]
for (const [parameter, value, message] of refusals) {
  test(`parameters: ${message}`, () => {
    assert.throws(() => chooseParameters({ P: { Type: 'String', ...parameter } }, [{ ParameterKey: 'P', ParameterValue: value }]), {
      name: 'ValidationError', message
    })
  })
}

test('a list is split at commas, without the blanks around them', () => {
  assert.deepEqual(parameterValue({ Type: 'CommaDelimitedList' }, 'a, b ,c'), ['a', 'b', 'c'])
  assert.equal(parameterValue({ Type: 'String' }, 'a, b'), 'a, b')
})
