import { strict as assert } from 'node:assert'
import { createHmac } from 'node:crypto'
import { test } from 'node:test'
import { sameText, signatureOf, signingKey } from './signing-key.ts'

test('a signature is the HMAC-SHA256 of its text, short or long, ASCII or not, one after another with the same key', () => {
  const key = signingKey('secret', '20260131', 'eu-west-1', 'sts')
  const texts = ['', 'a', 'AWS4-HMAC-SHA256\n20260131T120000Z', 'ü€😀'.repeat(20), 'x'.repeat(170), 'x'.repeat(171), '€'.repeat(170), 'y'.repeat(5000), 'a']
  for (const text of texts) assert.equal(signatureOf(key, text), createHmac('sha256', key.bytes).update(text).digest('hex'), `${text.length} characters`)
})

test('the key is that of its secret, day, region and service', () => {
  let bytes: string | Buffer = 'AWS4secret'
  for (const part of ['20260131', 'eu-west-1', 'sts', 'aws4_request']) bytes = createHmac('sha256', bytes).update(part).digest()
  assert.deepEqual(signingKey('secret', '20260131', 'eu-west-1', 'sts').bytes, bytes)
  for (const other of [signingKey('secret', '20260201', 'eu-west-1', 'sts'), signingKey('secreT', '20260131', 'eu-west-1', 'sts')]) {
    assert.notDeepEqual(other.bytes, bytes)
  }
})

test('texts are the same where every character is', () => {
  assert.ok(sameText('abc', 'abc'))
  for (const [a, b] of [['abc', 'abd'], ['abc', 'Abc'], ['abc', 'ab'], ['', 'a']] as const) assert.ok(!sameText(a, b), `${a}, ${b}`)
})
