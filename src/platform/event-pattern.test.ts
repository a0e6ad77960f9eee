import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compileEventPattern, EventPatternError } from './event-pattern.ts'

const matches = (pattern: object, event: unknown) => compileEventPattern(JSON.stringify(pattern))(event)

/** Each row: a pattern, events that match it, events that do not. */
const cases: [title: string, pattern: object, yes: unknown[], no: unknown[]][] = [
  [
    'a value', { a: ['x', 1, null, true, ''] }, [{ a: 'x' }, { a: 1 }, { a: null }, { a: true }, { a: '' }, { a: ['y', 'x'] }],
    [{ a: 'X' }, { a: '1' }, { a: false }, {}, { a: { x: 1 } }, { a: [] }],
  ],
  ['all fields', { a: ['x'], b: { c: [1] } }, [{ a: 'x', b: { c: 1 } }], [{ a: 'x' }, { a: 'x', b: 1 }]],
  ['fields of one object in a list', { l: { a: [1], b: [2] } }, [{ l: [{ a: 0 }, { a: 1, b: 2 }] }], [{ l: [{ a: 1 }, { b: 2 }] }]],
  ['prefix', { a: [{ prefix: 'ab' }] }, [{ a: 'abc' }], [{ a: 'Abc' }, { a: 1 }]],
  ['prefix of any case', { a: [{ prefix: { 'equals-ignore-case': 'AB' } }] }, [{ a: 'abc' }], [{ a: 'ba' }]],
  ['suffix', { a: [{ suffix: '.png' }] }, [{ a: 'x.png' }], [{ a: 'x.PNG' }]],
  ['equals-ignore-case', { a: [{ 'equals-ignore-case': 'Ab' }] }, [{ a: 'aB' }], [{ a: 'abc' }]],
  ['wildcard', { a: [{ wildcard: 'x*y*z' }] }, [{ a: 'xyz' }, { a: 'x1y2z' }], [{ a: 'xz' }, { a: 'xyzz1' }]],
  ['an escaped wildcard', { a: [{ wildcard: 'x\\*' }] }, [{ a: 'x*' }], [{ a: 'xy' }]],
  ['anything-but', { a: [{ 'anything-but': ['x', 'y'] }] }, [{ a: 'z' }, { a: ['x', 'z'] }], [{ a: 'x' }, {}, { a: ['x', 'y'] }]],
  ['anything-but a number', { a: [{ 'anything-but': 5 }] }, [{ a: 6 }, { a: '5' }], [{ a: 5 }]],
  ['anything-but a prefix', { a: [{ 'anything-but': { prefix: ['x', 'y'] } }] }, [{ a: 'z' }], [{ a: 'xa' }, { a: 'ya' }]],
  ['numeric', { a: [{ numeric: ['>', 0, '<=', 5] }] }, [{ a: 5 }, { a: 0.5 }], [{ a: 0 }, { a: '3' }, { a: 6 }]],
  ['numeric equality', { a: [{ numeric: ['=', 3] }] }, [{ a: 3.0 }], [{ a: 4 }]],
  ['exists', { a: [{ exists: true }] }, [{ a: null }, { a: 0 }], [{}, { a: { b: 1 } }]],
  ['absence', { a: { b: [{ exists: false }] } }, [{ a: {} }, {}, { a: { c: 1 } }], [{ a: { b: 1 } }]],
  ['cidr', { a: [{ cidr: '10.0.0.0/24' }] }, [{ a: '10.0.0.255' }], [{ a: '10.0.1.0' }, { a: '::1' }, { a: 'x' }]],
  ['$or', { $or: [{ a: [1] }, { b: [2], c: [3] }] }, [{ a: 1 }, { b: 2, c: 3 }], [{ b: 2 }]],
]
for (const [title, pattern, yes, no] of cases) {
  test(`${title}: matches what it says, and nothing else`, () => {
    for (const event of yes) assert.ok(matches(pattern, event), `${JSON.stringify(event)} matches`)
    for (const event of no) assert.ok(!matches(pattern, event), `${JSON.stringify(event)} does not match`)
  })
}

test('what is no pattern is refused with the reason', () => {
  const refused: [unknown, RegExp][] = [
    [[], /not an object/], [{}, /Empty objects/], [{ a: 'x' }, /"a" must be an object or an array/], [{ a: [] }, /Empty arrays/],
    [{ a: [{ like: 'x' }] }, /Unrecognized match type like/],
    [{ a: [{ numeric: ['~', 1] }] }, /Unrecognized numeric range operator: ~/], [{ a: [{ numeric: ['>', 'x'] }] }, /must be numeric/],
    [{ a: [{ exists: 'yes' }] }, /true or false/],
    [{ a: [{ prefix: 1 }] }, /must be a string/], [{ a: [{ cidr: '10.0.0/8' }] }, /Malformed CIDR/], [{ a: [{ wildcard: '**' }] }, /Consecutive wildcard/],
    [{ a: [[1]] }, /Arrays in arrays/],
    [{ a: [{ 'anything-but': ['x', 1] }] }, /mixed type/], [{ $or: [{ a: [1] }] }, /at least 2/], [{ a: [{ prefix: 'x', suffix: 'y' }] }, /Only one key/],
  ]
  for (const [pattern, message] of refused) assert.throws(
    () => compileEventPattern(JSON.stringify(pattern)), error => error instanceof EventPatternError && message.test(error.message)
  )
  assert.throws(() => compileEventPattern('{'), EventPatternError)
})
