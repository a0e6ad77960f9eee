import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addNumbers, compareNumbers, normalizeNumber, numberSizeBytes, sortableNumber } from './decimal.ts'

const forms: [given: string, stored: string][] = [
  ['0', '0'], ['-0', '0'], ['0.000', '0'], ['007', '7'], ['+5', '5'], ['1.50', '1.5'], ['.5', '0.5'], ['5.', '5'], ['1e3', '1000'], ['1.23E-5', '0.0000123'],
  ['-1200e-2', '-12'],
  ['123456789012345678901234567890', '123456789012345678901234567890'],
  ['0.12345678901234567890123456789012345678', '0.12345678901234567890123456789012345678'],
  ['9.9999999999999999999999999999999999999E+125', '9'.repeat(38) + '0'.repeat(88)], ['1E-130', `0.${'0'.repeat(129)}1`],
  ['100000000000000000000', '100000000000000000000'],
]
for (const [given, stored] of forms) test(`the number ${given} is stored as ${stored.slice(0, 45)}`, () => assert.equal(normalizeNumber(given), stored))

const refused: [given: string, message: RegExp][] = [
  ['', /^The parameter cannot be converted to a numeric value$/], ['abc', /^The parameter cannot be converted to a numeric value: abc$/],
  ['1 2', /numeric/], ['NaN', /numeric/], ['Infinity', /numeric/],
  ['1e126', /^Number overflow\. Attempting to store a number with magnitude larger than supported range$/], ['1e-131', /^Number underflow\./],
  ['1'.repeat(39), /^Attempting to store more than 38 significant digits in a Number$/], ['0x10', /numeric/], ['.', /numeric/], ['1e999999999', /overflow/],
]
for (const [given, message] of refused) {
  test(
    `the number ${given.slice(0, 20) || '(nothing)'} is refused`, () => assert.throws(() => normalizeNumber(given), { name: 'ValidationException', message })
  )
}

const sums: [a: string, b: string, sum: string][] = [
  ['0.1', '0.2', '0.3'], ['1', '-1', '0'], ['99999999999999999999', '1', '100000000000000000000'], ['1e20', '1e-10', '100000000000000000000.0000000001'],
  ['-5', '2.5', '-2.5'], ['0', '7', '7'],
]
for (const [a, b, sum] of sums) {
  test(`${a} + ${b} is exactly ${sum}, and taking ${b} off gives ${a} back`, () => {
    assert.equal(addNumbers(a, b), sum)
    assert.equal(addNumbers(sum, b, true), normalizeNumber(a))
  })
}

test('a sum of more than 38 digits is refused', () => {
  assert.throws(() => addNumbers('1e30', '1e-30'), { message: 'Attempting to store more than 38 significant digits in a Number' })
})

test('numbers sort by value as text', () => {
  const ordered = [
    '-1e125', '-123', '-12.35', '-12.3', '-12', '-1', '-0.5', '-0.05', '-1e-130', '0', '1e-130', '0.05', '0.5', '1', '9', '10', '10.01', '12', '123', '1e125'
  ]
  assert.deepEqual(ordered.toReversed().sort((a, b) => sortableNumber(a) < sortableNumber(b) ? -1 : 1), ordered)
  assert.equal(compareNumbers('1.0', '1'), 0)
})

test('a number takes a byte for two digits, and one more', () => {
  assert.deepEqual(['0', '1', '12', '123', '-123', '1000', '0.001'].map(numberSizeBytes), [1, 2, 2, 3, 4, 2, 2])
})
