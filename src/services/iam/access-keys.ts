import { randomBytes } from 'node:crypto'

const base32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/**
 * A new access key id, `AKIA…` of a user or `ASIA…` of a session. As in AWS's own, the 40 bits after the first are the account, so
 * that GetAccessKeyInfo can tell it of any key.
 */
export function newAccessKeyId(prefix: 'AKIA' | 'ASIA', account: string): string {
  const bytes = randomBytes(10)
  const low = BigInt(bytes[5]! & 0x7f)
  const head = (1n << 47n) | (BigInt(account) << 7n) | low
  for (let at = 0; at < 6; at++) bytes[at] = Number((head >> BigInt(8 * (5 - at))) & 0xffn)
  let bits = BigInt(`0x${bytes.toString('hex')}`)
  let code = ''
  for (let digit = 0; digit < 16; digit++) {
    code = base32[Number(bits & 31n)] + code
    bits >>= 5n
  }
  return prefix + code
}

/** The account that is written in an access key id; undefined where it is none of the kind. */
export function accountInKey(id: string): string | undefined {
  if (!/^A(KIA|SIA)[A-Z2-7]{16}$/.test(id)) return undefined
  let bits = 0n
  for (const digit of id.slice(4)) bits = (bits << 5n) | BigInt(base32.indexOf(digit))
  const account = (bits >> 39n) & ((1n << 40n) - 1n)
  return account < 1_000_000_000_000n ? account.toString().padStart(12, '0') : undefined
}

/** 40 characters, as AWS's secret keys are. */
export const newSecretKey = (): string => randomBytes(30).toString('base64')
