import { writeFileSync } from 'node:fs'
import { arm64, x64 } from './machine-code.ts'

// Node.js cannot do to a child what makes it a sandbox: enter namespaces, mount, give up rights, between its fork and its program. A program of ours does:
// it maps a list of system calls from descriptor `listFd` and makes them, one after another. The list is data, written here for each sandbox; the program
// is the same for all, 240 bytes without a library, so that it starts in a third of a millisecond.

/** A number, or what is put behind the list and pointed to: a text, bytes, pointers to texts (a null one ends them), a filter (struct sock_fprog). */
export type Argument = number | string | Uint8Array | string[] | { filter: Uint8Array }

/**
 * A system call, which ends all where it fails unless it is `optional`; a child that goes its own way, born into the control group of an open folder where
 * one is said; a wait for that child, and its end as ours.
 */
export type Step = { call: CallName, args: Argument[], optional?: boolean } | { fork: Step[], intoGroup?: number } | { wait: true }

export const listFd = 9

/** The system's numbers on x86-64 and on 64-bit ARM. */
const numbers = {
  openat: [257, 56], close: [3, 57], close_range: [436, 436], write: [1, 64], mkdirat: [258, 34], mknodat: [259, 33], symlinkat: [266, 36], chdir: [80, 49],
  mount: [165, 40], umount2: [166, 39], mount_setattr: [442, 442], pivot_root: [155, 41], unshare: [272, 97], setns: [308, 268], socket: [41, 198],
  ioctl: [16, 29],
  sethostname: [170, 161], prctl: [157, 167], prlimit64: [302, 261], umask: [95, 166], setgroups: [116, 159], setresuid: [117, 147], setresgid: [119, 149],
  capset: [126, 91], execve: [59, 221], clone3: [435, 435],
} as const
export type CallName = keyof typeof numbers

export const call = (name: Exclude<CallName, 'clone3'>, ...args: Argument[]): Step => ({ call: name, args })
export const attempt = (name: Exclude<CallName, 'clone3'>, ...args: Argument[]): Step => ({ call: name, args, optional: true })

/** Where the list is mapped, and how much of it at most: machine code has both. */
const listAddress = 0x1000_0000
const listBytesMax = 0x1_0000
const programAddress = 0x40_0000

const architectures = { x64: { column: 0, machine: 62 }, arm64: { column: 1, machine: 183 } } as const
type Architecture = keyof typeof architectures

export function isKnown(architecture: string): architecture is Architecture {
  return architecture in architectures
}

/**
 * Each record has ten numbers of 64 bits: the call and its six arguments, its kind, and what is said on descriptor 2 where it fails (address, length); the exit
 * code is the error's number then. A fork has the address at which the parent goes on in the place of its sixth argument.
 */
const recordBytes = 80
const kinds = { must: 0, optional: 1, fork: 2, wait: 3 } as const
const childSignal = 17
const cloneBytes = 88
const clone3IntoGroup = 2n ** 33n

/** struct clone_args. */
function cloneArguments(group: number | undefined): Uint8Array {
  const fields = new BigUint64Array(cloneBytes / 8)
  fields[4] = BigInt(childSignal)
  if (group !== undefined) {
    fields[0] = clone3IntoGroup
    fields[10] = BigInt(group)
  }
  return new Uint8Array(fields.buffer)
}

/** The steps as the program reads them. Throws where they are more than it can map. */
export function listOf(steps: Step[], architecture: string = process.arch): Buffer {
  if (!isKnown(architecture)) throw new Error(`There are no sandboxes on ${architecture}`)
  const { column } = architectures[architecture]
  const list = Buffer.alloc(listBytesMax)
  let next = 0
  let end = countOf(steps) * recordBytes
  const take = (length: number): number => {
    const at = end
    end += length + 7 & ~7
    if (end > listBytesMax) throw new Error('The variables and folders of a sandbox take more than 64 KB')
    return at
  }
  const number = (at: number, value: number): void => {
    list.writeUInt32LE(value >>> 0, at)
    list.writeUInt32LE(value < 0 ? 0xffff_ffff : 0, at + 4)
  }
  const text = (value: string): number => {
    const at = take(Buffer.byteLength(value) + 1)
    list.write(value, at)
    return listAddress + at
  }
  const pointer = (value: Exclude<Argument, number>): number => {
    if (typeof value === 'string') return text(value)
    if (value instanceof Uint8Array) {
      const at = take(value.length)
      list.set(value, at)
      return listAddress + at
    }
    if (Array.isArray(value)) {
      const at = take((value.length + 1) * 8)
      value.forEach((one, n) => number(at + n * 8, text(one)))
      return listAddress + at
    }
    const at = take(16)
    list.writeUInt16LE(value.filter.length / 8, at)
    number(at + 8, pointer(value.filter))
    return listAddress + at
  }
  const record = (kind: number, name: CallName | undefined, args: Argument[], says: string): void => {
    const at = next++ * recordBytes
    if (name) number(at, numbers[name][column])
    args.forEach((arg, n) => number(at + 8 + n * 8, typeof arg === 'number' ? arg : pointer(arg)))
    number(at + 56, kind)
    number(at + 64, text(says))
    number(at + 72, Buffer.byteLength(says))
  }
  const add = (some: Step[]): void => {
    for (const step of some) {
      if ('wait' in step) record(kinds.wait, undefined, [], '')
      else if ('fork' in step) {
        const parent = listAddress + (next + 1 + countOf(step.fork)) * recordBytes
        record(kinds.fork, 'clone3', [cloneArguments(step.intoGroup), cloneBytes, 0, 0, 0, parent], 'clone3')
        add(step.fork)
      } else record(step.optional ? kinds.optional : kinds.must, step.call, step.args, nameOf(step))
    }
  }
  add(steps)
  return list.subarray(0, end)
}

/** The call and what it was asked to work on: its first two texts. */
function nameOf({ call: name, args }: { call: CallName, args: Argument[] }): string {
  return [name, ...args.filter((arg) => typeof arg === 'string').slice(0, 2)].join(' ')
}

function countOf(steps: Step[]): number {
  return steps.reduce((count, step) => count + ('fork' in step ? 1 + countOf(step.fork) : 1), 0)
}

/** Writes the program to a file that can be started. */
export function writeLauncher(path: string): void {
  if (!isKnown(process.arch)) throw new Error(`There are no sandboxes on ${process.arch}`)
  writeFileSync(path, elf(machineCode(process.arch), architectures[process.arch].machine), { mode: 0o755 })
}

/** An executable of one segment: the file as it is. */
export function elf(code: Uint8Array, machine: number): Buffer {
  const head = Buffer.alloc(120)
  Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]).copy(head)
  head.writeUInt16LE(2, 16)
  head.writeUInt16LE(machine, 18)
  head.writeUInt32LE(1, 20)
  head.writeBigUInt64LE(BigInt(programAddress + head.length), 24)
  head.writeBigUInt64LE(64n, 32)
  for (const [value, at] of [[64, 52], [56, 54], [1, 56]] as const) head.writeUInt16LE(value, at)
  head.writeUInt32LE(1, 64)
  head.writeUInt32LE(5, 68)
  const size = BigInt(head.length + code.length)
  for (const [value, at] of [[0n, 72], [BigInt(programAddress), 80], [BigInt(programAddress), 88], [size, 96], [size, 104], [0x10000n, 112]] as const) {
    head.writeBigUInt64LE(value, at)
  }
  return Buffer.concat([head, code])
}

/** What the program does, instruction by instruction. */
export function machineCode(architecture: Architecture): Uint8Array {
  const lines = architecture === 'x64' ? x64 : arm64
  return Buffer.from(lines.replace(/;.*$/gm, '').replace(/\s+/g, ''), 'hex')
}
