import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compileFilterPattern } from './pattern.ts'

const check = (pattern: string, message: string, expected: boolean) =>
  assert.equal(compileFilterPattern(pattern)(message), expected, `${pattern} ${expected ? 'matches' : 'does not match'} ${message}`)

test('terms: all must be there, none of those with a minus, and case counts', () => {
  check('', 'anything', true)
  check('ERROR timeout', 'ERROR: a timeout', true)
  check('ERROR timeout', 'ERROR: refused', false)
  check('ERROR -timeout', 'ERROR: a timeout', false)
  check('error', 'ERROR', false)
  check('"a timeout"', 'ERROR: a timeout', true)
  check('?ERROR ?WARN', 'WARN: low', true)
  check('?ERROR ?WARN', 'INFO', false)
  check('%E[0-9]+%', 'code E42', true)
})

test('JSON: comparisons, wildcards, arrays, logic and existence', () => {
  const line = '{"level":"error","code":404,"user":{"name":"Ann"},"tags":["a","b"],"gone":null,"ok":true}'
  check('{ $.level = "error" }', line, true)
  check('{ $.level = err* && $.code > 400 }', line, true)
  check('{ $.code = 404 }', line, true)
  check('{ $.code = * && $.ok = * }', line, true)
  check('{ $.code = 4* }', line, true)
  check('{ $.gone = * }', line, false)
  check('{ $.user = * }', line, false)
  check('{ $.code >= 405 || $.user.name = "Ann" }', line, true)
  check('{ ($.code = 1 || $.code = 2) && $.ok IS TRUE }', line, false)
  check('{ $.tags[1] = "b" }', line, true)
  check('{ $.tags[*] = "b" }', line, true)
  check('{ $.gone IS NULL }', line, true)
  check('{ $.missing NOT EXISTS }', line, true)
  check('{ $.missing != "x" }', line, false)
  check('{ $.level = "error" }', 'not json', false)
  check('{ $.user.name = %^A.n$% }', line, true)
})

test('fields between spaces: names, conditions and a gap', () => {
  const line = '127.0.0.1 - frank [10/Oct/2000:13:25:15 -0700] "GET /index.html HTTP/1.0" 404 1534'
  check('[ip, id, user, time, request, status, bytes]', line, true)
  check('[ip, id, user, time, request, status=4*, bytes]', line, true)
  check('[..., status=4*, bytes > 2000]', line, false)
  check('[ip, ..., bytes]', line, true)
  check('[ip, id]', line, false)
  check('[..., request="*index*", status=404 || status=500, bytes]', line, true)
})

test('what is no pattern is refused', () => {
  for (const pattern of ['{ $.a[*].b[*] = 1 }', '{ $.a = }', '{ a = 1 }', '[a,,b]', '%(a+)+%', '{ $.a > x }']) {
    assert.throws(() => compileFilterPattern(pattern), { name: 'InvalidParameterException' }, pattern)
  }
})
