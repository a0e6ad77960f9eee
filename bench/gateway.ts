import { fork } from 'node:child_process'
import { createHash, createHmac } from 'node:crypto'
import { createServer } from 'node:http'
import { connect } from 'node:net'
import { inTurn, machine, median } from './measure.ts'

// A signed sts:GetCallerIdentity through the whole cloud, beside a node:http server that echoes: requests a second over 16 connections. Both servers are processes of their own.
const connections = 16
const seconds = 3

if (process.argv[2] === 'echo') {
  const server = createServer((request, response) => {
    const pieces: Buffer[] = []
    request.on('data', piece => pieces.push(piece)).on('end', () => response.end(Buffer.concat(pieces)))
  }).listen(0, '127.0.0.1', () => process.send!((server.address() as any).port))
} else if (process.argv[2] === 'fogbank') {
  const { startCloud } = await import('../src/testing/index.ts')
  const cloud = await startCloud()
  process.send!(cloud.cloud.port)
} else {
  await compare()
}

async function compare(): Promise<void> {
  const start = (kind: string) => new Promise<{ port: number, stop: () => void }>(resolve => {
    const child = fork(import.meta.filename, [kind])
    child.on('message', port => resolve({ port: Number(port), stop: () => child.kill('SIGKILL') }))
  })
  const [echo, fogbank] = [await start('echo'), await start('fogbank')]
  try {
    const rates = await inTurn(4, { echo: () => load(echo.port, signed(echo.port)), fogbank: () => load(fogbank.port, signed(fogbank.port)) })
    const [floor, us] = [median(rates.echo!), median(rates.fogbank!)]
    console.log(machine())
    console.log(`signed GetCallerIdentity, c=${connections}: fogbank ${us.toFixed(0)}/s, node:http echo ${floor.toFixed(0)}/s, ratio ${(us / floor).toFixed(2)} (goal 0.4)`)
  } finally {
    echo.stop()
    fogbank.stop()
  }
}

/** The bytes of a signed request, the same for all: the client shall cost as little as it can. */
function signed(port: number): Buffer {
  const body = 'Action=GetCallerIdentity&Version=2011-06-15'
  const time = new Date().toISOString().replace(/[-:]|\.\d+/g, '')
  const scope = `${time.slice(0, 8)}/us-east-1/sts/aws4_request`
  const type = 'application/x-www-form-urlencoded'
  const hash = createHash('sha256').update(body).digest('hex')
  const canonical = ['POST', '/', '', `content-type:${type}`, `host:127.0.0.1:${port}`, `x-amz-date:${time}`, '', 'content-type;host;x-amz-date', hash].join('\n')
  const key = scope.split('/').reduce<string | Buffer>((secret, part) => createHmac('sha256', secret).update(part).digest(), 'AWS4test')
  const signature = createHmac('sha256', key).update(['AWS4-HMAC-SHA256', time, scope, createHash('sha256').update(canonical).digest('hex')].join('\n')).digest('hex')
  return Buffer.from(['POST / HTTP/1.1', `Host: 127.0.0.1:${port}`, `Content-Type: ${type}`, `X-Amz-Date: ${time}`, `Content-Length: ${body.length}`,
    `Authorization: AWS4-HMAC-SHA256 Credential=test/${scope}, SignedHeaders=content-type;host;x-amz-date, Signature=${signature}`, '', body].join('\r\n'))
}

/** Sends the request over and over on each connection, one at a time; an answer is as long as the first one was. */
async function load(port: number, request: Buffer): Promise<number> {
  let answered = 0
  const end = performance.now() + seconds * 1000
  await Promise.all(Array.from({ length: connections }, () => new Promise<void>((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(request))
    socket.setNoDelay(true)
    socket.on('error', reject)
    socket.on('data', piece => {
      const head = piece.subarray(0, 12).toString()
      if (head.startsWith('HTTP/1.1') && head !== 'HTTP/1.1 200') {
        socket.destroy()
        return reject(new Error(piece.toString()))
      }
      answered++
      if (performance.now() < end) socket.write(request)
      else socket.end(resolve)
    })
  })))
  return answered / seconds
}
