/**
 * The first `count` blocks with `cidrBits` host bits of an address block, as Fn::Cidr gives them; undefined where an argument is not valid
 * or the block is too small. Without bits: 8 host bits, 64 for IPv6.
 */
export function cidrBlocks(block: string, count: number, cidrBits?: number): string[] | undefined {
  const [address, prefixText] = block.split('/')
  if (!address || !prefixText || !Number.isInteger(count) || count < 1 || count > 256) return undefined
  const six = address.includes(':')
  const width = six ? 128 : 32
  const hostBits = cidrBits ?? (six ? 64 : 8)
  const prefix = Number(prefixText)
  const base = six ? ipv6ToNumber(address) : ipv4ToNumber(address)
  if (base === undefined || !(prefix >= 0 && prefix <= width) || !(hostBits >= 1 && hostBits <= width - prefix)) return undefined
  const available = 1n << BigInt(width - prefix - hostBits)
  if (BigInt(count) > available) return undefined
  const start = (base >> BigInt(width - prefix)) << BigInt(width - prefix)
  return Array.from({ length: count }, (_, index) => {
    const value = start + (BigInt(index) << BigInt(hostBits))
    return `${six ? numberToIpv6(value) : numberToIpv4(value)}/${width - hostBits}`
  })
}

function ipv4ToNumber(address: string): bigint | undefined {
  const parts = address.split('.').map(Number)
  if (parts.length !== 4 || parts.some((part) => !Number.isInteger(part) || part < 0 || part > 255)) return undefined
  return parts.reduce((sum, part) => (sum << 8n) + BigInt(part), 0n)
}

const numberToIpv4 = (value: bigint) => [24n, 16n, 8n, 0n].map((shift) => String((value >> shift) & 255n)).join('.')

function ipv6ToNumber(address: string): bigint | undefined {
  const [head = '', tail] = address.split('::')
  const left = head === '' ? [] : head.split(':')
  const right = tail ? tail.split(':') : []
  const missing = 8 - left.length - right.length
  if (missing < 0 || (tail === undefined && missing !== 0)) return undefined
  const parts = [...left, ...Array.from({ length: missing }, () => '0'), ...right]
  if (parts.some((part) => !/^[0-9a-f]{1,4}$/i.test(part))) return undefined
  return parts.reduce((sum, part) => (sum << 16n) + BigInt(`0x${part}`), 0n)
}

function numberToIpv6(value: bigint): string {
  const parts = Array.from({ length: 8 }, (_, index) => ((value >> BigInt((7 - index) * 16)) & 0xffffn).toString(16))
  // The longest run of zero groups is shortened to `::`.
  const run = [...parts.join(':').matchAll(/(?:^|:)(?:0(?::|$)){2,}/g)].sort((a, b) => b[0].length - a[0].length)[0]
  return run ? `${parts.join(':').slice(0, run.index)}::${parts.join(':').slice(run.index + run[0].length)}` : parts.join(':')
}
