import type { Readable } from 'node:stream'

const lineBytesMax = 256 * 1024
const frameHeadBytes = 16

type OnLine = (line: string, at: number) => void | Promise<void>

/**
 * Cuts what a process prints into lines. A line without an end is cut at 256 KB (the bound of a log event on AWS), and nothing is read ahead while `onLine`
 * has a promise outstanding, so that a function which prints without end waits in write(2) instead of filling Fogbank's memory.
 */
export function readLines(stream: Readable, onLine: OnLine): void {
  let rest: Buffer = Buffer.alloc(0)
  const emit = emitter(stream, onLine)
  stream.on('data', (chunk: Buffer) => {
    let buffer = rest.length ? Buffer.concat([rest, chunk]) : chunk
    let end = buffer.indexOf(10)
    while (end >= 0 || buffer.length >= lineBytesMax) {
      const cut = end >= 0 && end <= lineBytesMax ? end : lineBytesMax
      emit(buffer.toString('utf8', 0, cut > 0 && buffer[cut - 1] === 13 ? cut - 1 : cut), Date.now())
      buffer = buffer.subarray(cut === end ? cut + 1 : cut)
      end = buffer.indexOf(10)
    }
    rest = buffer
  })
  stream.on('end', () => { if (rest.length) emit(rest.toString('utf8'), Date.now()) })
  stream.on('error', () => {})
}

/**
 * Reads the frames of AWS's telemetry log descriptor: type (0xa55a....), length, microseconds, message. One frame is one log event, line ends and all.
 * A stream that is not made of frames is dropped: a function wrote to a descriptor that is not its own.
 */
export function readFrames(stream: Readable, onLine: OnLine): void {
  let rest: Buffer = Buffer.alloc(0)
  const emit = emitter(stream, onLine)
  stream.on('data', (chunk: Buffer) => {
    let buffer = rest.length ? Buffer.concat([rest, chunk]) : chunk
    while (buffer.length >= frameHeadBytes) {
      if (buffer.readUInt16BE(0) !== 0xa55a) return void stream.destroy()
      const length = buffer.readUInt32BE(4)
      if (length > 8 * lineBytesMax) return void stream.destroy()
      if (buffer.length < frameHeadBytes + length) break
      const at = Number(buffer.readBigUInt64BE(8) / 1000n)
      const end = buffer[frameHeadBytes + length - 1] === 10 ? length - 1 : length
      emit(buffer.toString('utf8', frameHeadBytes, frameHeadBytes + Math.min(end, lineBytesMax)), at)
      buffer = buffer.subarray(frameHeadBytes + length)
    }
    rest = buffer
  })
  stream.on('error', () => {})
}

function emitter(stream: Readable, onLine: OnLine): OnLine {
  let outstanding = 0
  return (line, at) => {
    const taken = onLine(line, at)
    if (!(taken instanceof Promise)) return
    outstanding++
    stream.pause()
    taken.catch(() => {}).finally(() => { if (--outstanding === 0) stream.resume() })
  }
}
