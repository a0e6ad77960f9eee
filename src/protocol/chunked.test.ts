import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { checksum } from '../platform/checksums.ts'
import { decodeChunks } from './chunked.ts'
import { emptyHash } from './sigv4.ts'
import { signatureOf, signingKey } from './signing-key.ts'

/** Of the size that a chunk has at least, unless it is the last. */
const long = 'h'.repeat(8192)

async function* pieces(text: string, size: number) {
  for (let at = 0; at < text.length; at += size) yield Buffer.from(text.slice(at, at + size), 'latin1')
}

async function decoded(text: string, options: Partial<Parameters<typeof decodeChunks>[1]> = {}, size = 3) {
  const trailers = options.trailers ?? new Map<string, string>()
  let out = ''
  for await (const piece of decodeChunks(pieces(text, size), { ...options, trailers })) out += piece.toString('latin1')
  return { out, trailers }
}

test('a checksum of 123456789 is the one that each algorithm publishes', () => {
  const of = (name: Parameters<typeof checksum>[0]) => {
    const sum = checksum(name)
    sum.update(Buffer.from('1234'))
    sum.update(Buffer.from('56789'))
    return Buffer.from(sum.digest(), 'base64').toString('hex')
  }
  assert.deepEqual([of('crc32'), of('crc32c'), of('crc64nvme')], ['cbf43926', 'e3069283', 'ae8b14860a799888'])
})

test('an unsigned body with a trailer is decoded, however it is cut', async () => {
  for (let size = 1; size < 20; size++) {
    const body = `2000\r\n${long}\r\n6\r\n world\r\n0\r\nx-amz-checksum-crc32:DUoRhQ==\r\n\r\n`
    const { out, trailers } = await decoded(body, { decodedLength: 8198, announced: ['x-amz-checksum-crc32'] }, size)
    assert.equal(out, `${long} world`)
    assert.equal(trailers.get('x-amz-checksum-crc32'), 'DUoRhQ==')
  }
})

test('trailers are those that were announced', async () => {
  const crc32 = 'x-amz-checksum-crc32'
  const body = `5\r\nhello\r\n0\r\n${crc32}:NhCmhg==\r\n\r\n`
  assert.equal((await decoded(body, { announced: [crc32] })).out, 'hello')
  const without = '5\r\nhello\r\n0\r\n\r\n'
  for (const [text, announced] of [[body, []], [body, ['x-amz-checksum-sha1']], [without, [crc32]], [body.replace(':', ''), [crc32]]] as const) {
    await assert.rejects(decoded(text, { announced }), { code: 'MalformedTrailerError' })
  }
})

test('a body that ends early, says another length or has a bad chunk size is refused', async () => {
  await assert.rejects(decoded('5\r\nhel'), { code: 'IncompleteBody' })
  await assert.rejects(decoded('5\r\nhello\r\n0\r\n\r\n', { decodedLength: 6 }), { code: 'IncompleteBody' })
  await assert.rejects(decoded('5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n'), { code: 'InvalidChunkSizeError' })
  await assert.rejects(decoded('zz\r\nhello\r\n0\r\n\r\n'), { code: 'InvalidChunkSizeError' })
})

test('each signed chunk continues the signature before it, and a changed byte is refused', async () => {
  const signer = {
    key: signingKey('secret', '20261124', 'eu-west-1', 's3'), time: '20261124T120000Z', scope: '20261124/eu-west-1/s3/aws4_request',
    seed: 'a'.repeat(64),
  }
  let previous = signer.seed
  const chunk = (data: string) => {
    const hash = createHash('sha256').update(data).digest('hex')
    previous = signatureOf(signer.key, `AWS4-HMAC-SHA256-PAYLOAD\n${signer.time}\n${signer.scope}\n${previous}\n${emptyHash}\n${hash}`)
    return `${data.length.toString(16)};chunk-signature=${previous}\r\n${data}\r\n`
  }
  const body = chunk(long) + chunk(' world') + chunk('')
  assert.equal((await decoded(body, { signer })).out, `${long} world`)
  await assert.rejects(decoded(body.replace('world', 'wurld'), { signer }), { code: 'SignatureDoesNotMatch' })
})
