import { closeSync } from 'node:fs'
import { call } from './linux.ts'

// The kernel's own protocol for routes and packet rules: `ip` and `nft` speak it, but are not on every host, and cost the start of a process.
const routes = 0
const netfilter = 12
const request = 1
const acknowledge = 4
const replace = 0x100
const create = 0x400
const append = 0x800
const nested = 0x8000
const errorType = 2
const dontWait = 0x40
const loopbackIndex = 1
const localTable = 255

const bytes = (...values: number[]): Buffer => Buffer.from(values)
const text = (value: string): Buffer => Buffer.from(`${value}\0`)
function number32(value: number): Buffer {
  const out = Buffer.alloc(4)
  out.writeInt32BE(value)
  return out
}
const number16 = (value: number): Buffer => bytes(value >> 8, value & 255)

function attribute(type: number, ...parts: Buffer[]): Buffer {
  const value = Buffer.concat(parts)
  const out = Buffer.alloc(4 + value.length + (-value.length & 3))
  out.writeUInt16LE(4 + value.length, 0)
  out.writeUInt16LE(type, 2)
  value.copy(out, 4)
  return out
}

function message(type: number, flags: number, ...parts: Buffer[]): Buffer {
  const value = Buffer.concat(parts)
  const head = Buffer.alloc(16)
  head.writeUInt32LE(16 + value.length, 0)
  head.writeUInt16LE(type, 4)
  head.writeUInt16LE(flags, 6)
  return Buffer.concat([head, value])
}

/** Sends messages in the network namespace that this thread is in; throws where the kernel refuses one. It answers before the sending returns. */
function send(protocol: number, messages: Buffer[]): void {
  const fd = call('socket', 16, 3 | 0o2000000, protocol)
  try {
    const all = Buffer.concat(messages)
    call('send', fd, all, all.length, 0)
    let expected = messages.filter((one) => one.readUInt16LE(6) & acknowledge).length
    const answer = Buffer.alloc(64 * 1024)
    while (expected > 0) {
      const length = call('recv', fd, answer, answer.length, dontWait)
      for (let at = 0; at + 20 <= length; at += (answer.readUInt32LE(at) + 3) & ~3) {
        if (answer.readUInt16LE(at + 4) !== errorType) continue
        const code = answer.readInt32LE(at + 16)
        if (code !== 0) throw new Error(`The kernel refused a rule of the network: error ${-code}`)
        expected--
      }
    }
  } finally {
    closeSync(fd)
  }
}

/** An IPv4 network: its first address, and how many bits name it. */
export interface Network { address: string, bits: number }

/** Routes in a namespace that has nothing but its loopback interface: all addresses are answered by the namespace itself, those of `unreachable` by nobody. */
export function routeToItself(unreachable: Network[]): void {
  const route = (bits: number, scope: number, kind: number, ...attributes: Buffer[]): Buffer =>
    message(24, request | acknowledge | create | replace, bytes(2, bits, 0, 0, localTable, 3, scope, kind, 0, 0, 0, 0), ...attributes)
  const octets = (address: string): Buffer => bytes(...address.split('.').map(Number))
  send(routes, [
    route(0, 254, 2, attribute(4, bytes(loopbackIndex, 0, 0, 0)), attribute(7, octets('127.0.0.1'))),
    ...unreachable.map(({ address, bits }) => route(bits, 0, 7, attribute(1, octets(address)))),
  ])
}

const rule = (name: string, ...attributes: Buffer[]): Buffer => attribute(nested | 1, attribute(1, text(name)), attribute(nested | 2, ...attributes))
const register = number32(1)
const equal = 0
const unequal = 1
const compare = (how: number, value: Buffer): Buffer =>
  rule('cmp', attribute(1, register), attribute(2, number32(how)), attribute(nested | 3, attribute(1, value)))
const loadProtocol = rule('meta', attribute(2, number32(16)), attribute(1, register))
const load = (header: number, offset: number, length: number): Buffer =>
  rule('payload', attribute(1, register), attribute(2, number32(header)), attribute(3, number32(offset)), attribute(4, number32(length)))
const networkHeader = 1
const transportHeader = 2
const tcp = 6
const udp = 17

/** Packet rules: connections over TCP to any address but 127.* come to 127.0.0.1:`port`, questions over UDP to any name server to 127.0.0.1:53. */
export function redirectOutgoing(port: number): void {
  const subsystem = 10 << 8
  const batch = (type: number): Buffer => message(type, request, bytes(0, 0, 0, 10))
  const change = (type: number, flags: number, ...attributes: Buffer[]): Buffer =>
    message(subsystem | type, request | acknowledge | create | flags, bytes(2, 0, 0, 0), ...attributes)
  const [table, chain] = ['fogbank', 'out']
  const hook = attribute(nested | 4, attribute(1, number32(3)), attribute(2, number32(-100)))
  const rules = (...expressions: Buffer[]): Buffer =>
    change(6, append, attribute(1, text(table)), attribute(2, text(chain)), attribute(nested | 4, ...expressions))
  const value = attribute(nested | 2, attribute(1, number16(port)))
  const toPort = [rule('immediate', attribute(1, register), value), rule('redir', attribute(1, register))]
  send(netfilter, [
    batch(0x10),
    change(0, 0, attribute(1, text(table))),
    change(3, 0, attribute(1, text(table)), attribute(3, text(chain)), hook, attribute(7, text('nat'))),
    rules(loadProtocol, compare(equal, bytes(tcp)), load(networkHeader, 16, 1), compare(unequal, bytes(127)), ...toPort),
    rules(loadProtocol, compare(equal, bytes(udp)), load(transportHeader, 2, 2), compare(equal, number16(53)), rule('redir')),
    batch(0x11),
  ])
}
