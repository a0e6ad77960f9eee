import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { decodeCbor } from './cbor-decode.ts'
import { codecOf } from './codec.ts'
import { loadModel, type ProtocolName } from './model.ts'

const read = (room: string, operation: string, body: Buffer | string, headers = {}, protocol?: ProtocolName) => {
  const model = loadModel(room)!
  return codecOf(model, model.operations[operation]!, protocol).read({ method: 'POST', path: '/', query: '', headers }, Buffer.from(body as string), {})
}

test('a compressed request is read as if it were not', () => {
  const input = { Namespace: 'n', MetricData: [{ MetricName: 'm', Value: 1 }] }
  assert.deepEqual(read('cloudwatch', 'PutMetricData', gzipSync(JSON.stringify(input)), { 'content-encoding': 'gzip' }), input)
})

test('a small body that unzips to a huge one is refused', () => {
  const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024))
  assert.throws(() => read('cloudwatch', 'PutMetricData', bomb, { 'content-encoding': 'gzip' }), { code: 'SerializationException' })
})

test('a value of the wrong type is refused in the words of AWS', () => {
  assert.throws(() => read('sqs', 'SendMessage', '{"DelaySeconds":"5"}'), {
    code: 'SerializationException', message: 'STRING_VALUE can not be converted to an Integer',
  })
  assert.throws(() => read('sqs', 'SendMessage', '{"DelaySeconds":1.5}'), { message: 'DECIMAL_VALUE can not be converted to an Integer' })
  assert.throws(() => read('sqs', 'SendMessage', '{"DelaySeconds":2147483648}'), { message: 'NUMBER_VALUE can not be converted to an Integer' })
  assert.throws(() => read('sqs', 'SendMessage', '{"MessageBody":7}'), { message: 'NUMBER_VALUE can not be converted to a String' })
})

test('malformed bodies of every protocol are SerializationException, and never an error of our own', () => {
  const deep = '['.repeat(100_000)
  for (const [protocol, bodies] of [
    ['awsJson1_0', ['{', '[]', '"x"', 'null', '{"a":', deep, '{"QueueUrl":{"a":1}}', '\u0000', '{"Entries":[[]]}']],
    [
      'rpcv2Cbor',
      [
        '\xff', '\x9f'.repeat(100_000), '\xbb\xff\xff\xff\xff\xff\xff\xff\xff', '\xa1', '\xa1\x01\x02', '\x7f\x01\xff', '\xc1\x61a',
        '\x5b\x7f\xff\xff\xff\xff\xff\xff\xff',
      ],
    ],
  ] as [ProtocolName, string[]][]) {
    for (const body of bodies) {
      assert.throws(
        () => read('sqs', 'SendMessageBatch', Buffer.from(body, 'latin1'), {}, protocol), { code: 'SerializationException' },
        `${protocol} ${body.slice(0, 20)}`,
      )
    }
  }
})

test('malformed XML of S3 is refused', () => {
  for (const body of ['<a', '<a></b>', '<a>', '<a/><b/>', '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', '<a>'.repeat(100_000), 'text']) {
    assert.throws(() => read('s3', 'DeleteObjects', body), { code: 'MalformedXML' }, body.slice(0, 20))
  }
})

test('CBOR: the examples of RFC 8949 have their values', () => {
  for (const [hex, value] of [
    ['17', 23], ['1818', 24], ['1903e8', 1000], ['1a000f4240', 1_000_000], ['1b000000e8d4a51000', 1_000_000_000_000],
    ['1bffffffffffffffff', 18446744073709551615n],
    ['c249010000000000000000', 18446744073709551616n], ['3903e7', -1000], ['f93c00', 1], ['f97bff', 65504], ['f90001', 5.960464477539063e-8],
    ['f9c400', -4], ['fa47c35000', 100_000],
    ['fb3ff199999999999a', 1.1], ['f97c00', Infinity], ['f97e00', NaN], ['f4', false], ['f6', null], ['6449455446', 'IETF'], ['62c3bc', 'ü'],
    ['83010203', [1, 2, 3]],
    ['a26161016162820203', { a: 1, b: [2, 3] }], ['9f018202039f0405ffff', [1, [2, 3], [4, 5]]], ['bf61610161629f0203ffff', { a: 1, b: [2, 3] }],
    ['7f657374726561646d696e67ff', 'streaming'],
    ['c11a514b67b0', new Date('2013-03-21T20:04:00Z')],
  ] as [string, unknown][]) {
    assert.deepEqual(decodeCbor(Buffer.from(hex, 'hex')), value, hex)
  }
})
