import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'

/** A running checksum of a body. `digest`: in base64, as the x-amz-checksum headers have it. */
export interface Checksum {
  update(bytes: Uint8Array): void
  digest(): string
}

export const checksumNames = ['crc32', 'crc32c', 'crc64nvme', 'sha1', 'sha256'] as const
export type ChecksumName = typeof checksumNames[number]

const crc32cTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0x82f63b78 : value >>> 1
  return value
})

const crc64Table = Array.from({ length: 256 }, (_, byte) => {
  let value = BigInt(byte)
  for (let bit = 0; bit < 8; bit++) value = value & 1n ? (value >> 1n) ^ 0x9a6c9329ac4bc9b5n : value >> 1n
  return value
})
const crc64High = Uint32Array.from(crc64Table, (value) => Number(value >> 32n))
const crc64Low = Uint32Array.from(crc64Table, (value) => Number(value & 0xffffffffn))

/** A checksum by the name it has in `x-amz-checksum-NAME`. */
export function checksum(name: ChecksumName): Checksum {
  if (name === 'sha1' || name === 'sha256') {
    const hash = createHash(name)
    return { update: (bytes) => void hash.update(bytes), digest: () => hash.digest('base64') }
  }
  if (name === 'crc32') {
    let value = 0
    return { update: (bytes) => void (value = crc32(bytes, value)), digest: () => base64(0, value, 4) }
  }
  return name === 'crc32c' ? crc32c() : crc64nvme()
}

function crc32c(): Checksum {
  let value = 0xffffffff
  return {
    update(bytes) {
      let running = value
      for (let i = 0; i < bytes.length; i++) running = crc32cTable[(running ^ bytes[i]!) & 255]! ^ (running >>> 8)
      value = running
    },
    digest: () => base64(0, ~value, 4),
  }
}

/** In two halves of 32 bits, because BigInt is far too slow for every byte. */
function crc64nvme(): Checksum {
  let high = 0xffffffff
  let low = 0xffffffff
  return {
    update(bytes) {
      let [h, l] = [high, low]
      for (let i = 0; i < bytes.length; i++) {
        const at = (l ^ bytes[i]!) & 255
        l = ((l >>> 8) | (h << 24)) ^ crc64Low[at]!
        h = (h >>> 8) ^ crc64High[at]!
      }
      ;[high, low] = [h, l]
    },
    digest: () => base64(~high, ~low, 8),
  }
}

function base64(high: number, low: number, size: 4 | 8): string {
  const bytes = Buffer.alloc(8)
  bytes.writeUInt32BE(high >>> 0, 0)
  bytes.writeUInt32BE(low >>> 0, 4)
  return bytes.subarray(8 - size).toString('base64')
}
