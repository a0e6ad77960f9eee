import assert from 'node:assert/strict'
import { test } from 'node:test'
import { floatTexts, parseTemplate, parseTemplateWithPositions, TemplateSyntaxError } from './parse.ts'

test('short forms become long forms, at every depth', () => {
  const text = 'A: !Ref B\nC: !GetAtt D.E.F\nG: !Sub "${H}"\nI: !If [J, !Ref K, !Condition L]\nM: !Join ["", [!ImportValue N]]\n' +
    'O: !Sub\n  - x\n  - {P: !Ref Q}'
  assert.deepEqual(parseTemplate(text), {
    A: { Ref: 'B' }, C: { 'Fn::GetAtt': ['D', 'E.F'] }, G: { 'Fn::Sub': '${H}' }, I: { 'Fn::If': ['J', { Ref: 'K' }, { Condition: 'L' }] },
    M: { 'Fn::Join': ['', [{ 'Fn::ImportValue': 'N' }]] }, O: { 'Fn::Sub': ['x', { P: { Ref: 'Q' } }] },
  })
  assert.deepEqual(parseTemplate('A: !Transform {Name: B, Parameters: {C: 1}}'), { A: { 'Fn::Transform': { Name: 'B', Parameters: { C: 1 } } } })
})

test('dates, leading zeros and words such as yes stay strings', () => {
  assert.deepEqual(parseTemplate('A: 2012-10-17\nB: 012345678901\nC: On\nD: yes\nE: true\nF: 12\nG: 1.5\nH: ~\nI:\nJ: "1"\nK: 1e3\n200: x\nL: 0x1F'), {
    A: '2012-10-17', B: '012345678901', C: 'On', D: 'yes', E: true, F: 12, G: 1.5, H: null, I: null, J: '1', K: '1e3', 200: 'x', L: '0x1F',
  })
})

test('JSON is a template too, and anchors and merges are followed', () => {
  assert.deepEqual(parseTemplate('{"A": [1, {"Ref": "B"}]}'), { A: [1, { Ref: 'B' }] })
  const telling = parseTemplate('{"A": [3.0, 1e3, 12345678901234567890], "B": null, "__proto__": {"C": "x: 1.0"}}')
  assert.deepEqual([telling.A, telling.B, Object.keys(telling)], [[3, '1e3', '12345678901234567890'], null, ['A', 'B', '__proto__']])
  assert.equal(floatTexts(telling.A)!.get('0'), '3.0')
  assert.deepEqual(parseTemplate('A: &a {b: 1}\nC: *a\nD:\n  <<: *a\n  e: 2'), { A: { b: 1 }, C: { b: 1 }, D: { b: 1, e: 2 } })
})

test('an error names its line; positions are found by path', () => {
  assert.throws(() => parseTemplate('A: [1\nB: 2'), (error: unknown) => error instanceof TemplateSyntaxError && error.line === 2)
  assert.throws(() => parseTemplate('A: !Unknown b'), TemplateSyntaxError)
  assert.throws(() => parseTemplate('just text'), TemplateSyntaxError)
  assert.deepEqual(parseTemplateWithPositions('A:\n  B: 1').positionOf(['A', 'B']), { line: 2, column: 6 })
})

test('an alias within what it names, aliases that multiply and nesting without end are errors, at once', () => {
  const doubling = ['a0: &a0 [x, x]', ...Array.from({ length: 40 }, (_, at) => `a${at + 1}: &a${at + 1} [*a${at}, *a${at}]`)].join('\n')
  const nested = `a: ${'['.repeat(5000)}${']'.repeat(5000)}`
  for (const text of ['a: &a [*a]', 'a: &a {b: *a}', 'a: &a {<<: *a}', doubling, nested, '{"a":'.repeat(5000) + '1' + '}'.repeat(5000)]) {
    assert.throws(() => parseTemplate(text), { name: 'TemplateSyntaxError' }, text.slice(0, 40))
  }
})

test('of a key that is written twice the last counts, as in JSON', () => {
  const template = parseTemplate('Resources:\n  A: {Type: X}\n  A: {Type: Y, Description: , Description: 3.0}\n')
  assert.deepEqual(template, { Resources: { A: { Type: 'Y', Description: 3 } } })
  assert.equal(floatTexts(template.Resources.A)!.get('Description'), '3.0')
  const last = parseTemplate('Resources:\n  A: {Version: 3.0, Version: 3}\n').Resources.A
  assert.equal(floatTexts(last)?.get('Version'), undefined)
})
