import { fork } from 'node:child_process'
import { createHash, createHmac } from 'node:crypto'
import { createServer } from 'node:http'
import { connect } from 'node:net'
import { inTurn, machine, median } from './measure.ts'

// Small signed requests through the whole cloud, beside a node:http server that echoes the same bytes; both are processes of their own, and the
// client writes requests that were made before.
// On a machine that is busy with other work the ratio of CPU time per request says more than that of the rates.
// `node bench/gateway.ts [OPERATION]`; with --cpu-prof in FOGBANK_BENCH_FLAGS the servers leave profiles.
// Many short rounds in turn: what else the machine does hits both alike.
const seconds = 0.4
const rounds = 9
const connections = [1, 16, 64]
const goal = 'goal 0.4 for GetCallerIdentity at c=16'

interface Request { service: string, type: string, target?: string, body: string }

const json = (operation: string, input: unknown): Request =>
  ({ service: 'dynamodb', type: 'application/x-amz-json-1.0', target: `DynamoDB_20120810.${operation}`, body: JSON.stringify(input) })
const item = { id: { S: 'thing-1' }, text: { S: 'a word or two' }, count: { N: '42' } }
const requests: Record<string, Request> = {
  GetCallerIdentity: { service: 'sts', type: 'application/x-www-form-urlencoded', body: 'Action=GetCallerIdentity&Version=2011-06-15' },
  GetItem: json('GetItem', { TableName: 'things', Key: { id: item.id } }),
  PutItem: json('PutItem', { TableName: 'things', Item: item }),
}

if (process.argv[2] === 'server') await serve(process.argv[3]!)
else await compare(process.argv[2] ? [process.argv[2]] : Object.keys(requests))

async function serve(kind: string): Promise<void> {
  process.on('message', message => message === 'stop' ? process.exit() : process.send!(process.cpuUsage()))
  if (kind === 'echo') {
    const server = createServer((request, response) => {
      const pieces: Buffer[] = []
      request.on('data', piece => pieces.push(piece)).on('end', () => response.end(Buffer.concat(pieces)))
    }).listen(0, '127.0.0.1', () => process.send!({ port: (server.address() as any).port }))
    return
  }
  const { startCloud } = await import('../src/testing/index.ts')
  const cloud = await startCloud()
  await cloud.aws().dynamodb.CreateTable({
    TableName: 'things', BillingMode: 'PAY_PER_REQUEST', AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
  })
  await cloud.clock.advance(60_000)
  // A key of a user, so that signatures are verified and policies asked.
  await cloud.aws().iam.CreateUser({ UserName: 'bench' })
  await cloud.aws().iam.AttachUserPolicy({ UserName: 'bench', PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' })
  const { AccessKey } = await cloud.aws().iam.CreateAccessKey({ UserName: 'bench' })
  await cloud.aws().dynamodb.PutItem({ TableName: 'things', Item: item })
  process.send!({ port: cloud.cloud.port, key: AccessKey })
}

interface Key { AccessKeyId?: string | undefined, SecretAccessKey?: string | undefined }

interface Server { port: number, key?: Key, cpuSeconds(): Promise<number>, stop(): void }

function start(kind: string): Promise<Server> {
  const child = fork(import.meta.filename, ['server', kind], { execArgv: (process.env.FOGBANK_BENCH_FLAGS ?? '').split(' ').filter(Boolean) })
  const heard = () => new Promise<any>(resolve => child.once('message', resolve))
  return heard().then(ready => ({
    ...ready,
    async cpuSeconds() {
      child.send('cpu')
      const { user, system } = await heard()
      return (user + system) / 1e6
    },
    stop: () => void child.send('stop'),
  }))
}

async function compare(names: string[]): Promise<void> {
  const [echo, fogbank] = [await start('echo'), await start('fogbank')]
  console.log(machine())
  try {
    for (const name of names) {
      for (const count of connections) {
        const cores: Record<string, number> = {}
        const cpu: Record<string, number[]> = { echo: [], fogbank: [] }
        const run = (kind: string, server: Server) => async () => {
          const [mine, theirs] = [process.cpuUsage(), await server.cpuSeconds()]
          const rate = await load(server.port, signed(server.port, fogbank.key!, requests[name]!), count)
          const { user, system } = process.cpuUsage(mine)
          const spent = await server.cpuSeconds() - theirs
          cores[`${kind}'s client`] = (user + system) / 1e6 / seconds
          cores[kind] = spent / seconds
          cpu[kind]!.push(spent / rate / seconds * 1e6)
          return rate
        }
        const rates = await inTurn(rounds, { echo: run('echo', echo), fogbank: run('fogbank', fogbank) })
        const [floor, us] = [median(rates.echo!), median(rates.fogbank!)]
        const [floorCpu, ourCpu] = [median(cpu.echo!), median(cpu.fogbank!)]
        const shares = Object.entries(cores).map(([who, share]) => `${who} ${share.toFixed(2)}`).join(', ')
        console.log(`${name}, c=${count}: fogbank ${us.toFixed(0)}/s, echo ${floor.toFixed(0)}/s, ratio ${(us / floor).toFixed(2)}; ` +
          `CPU ${ourCpu.toFixed(1)} us, ${floorCpu.toFixed(1)} us, ratio ${(floorCpu / ourCpu).toFixed(2)} (cores: ${shares})`)
      }
    }
    console.log(goal)
  } finally {
    echo.stop()
    fogbank.stop()
  }
}

/** The bytes of a signed request, the same for all: the client shall cost as little as it can. */
function signed(port: number, key: Key, { service, type, target, body }: Request): Buffer {
  const time = new Date().toISOString().replace(/[-:]|\.\d+/g, '')
  const scope = `${time.slice(0, 8)}/us-east-1/${service}/aws4_request`
  const headers = [['content-type', type], ['host', `127.0.0.1:${port}`], ['x-amz-date', time], ...target ? [['x-amz-target', target]] : []]
  const names = headers.map(([name]) => name).join(';')
  const hash = createHash('sha256').update(body).digest('hex')
  const canonical = ['POST', '/', '', ...headers.map(([name, value]) => `${name}:${value}`), '', names, hash].join('\n')
  const signingKey = scope.split('/').reduce<string | Buffer>(
    (secret, part) => createHmac('sha256', secret).update(part).digest(), `AWS4${key.SecretAccessKey}`,
  )
  const signature =
    createHmac('sha256', signingKey).update(['AWS4-HMAC-SHA256', time, scope, createHash('sha256').update(canonical).digest('hex')].join('\n')).digest('hex')
  return Buffer.from(['POST / HTTP/1.1', ...headers.map(([name, value]) => `${name}: ${value}`), `content-length: ${body.length}`,
    `authorization: AWS4-HMAC-SHA256 Credential=${key.AccessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`, '', body].join('\r\n'))
}

/** Sends the request over and over on each connection, one at a time; every answer is as long as the first one. Answers a second. */
async function load(port: number, request: Buffer, count: number): Promise<number> {
  let answered = 0
  let length = 0
  const begin = performance.now()
  const end = begin + seconds * 1000
  await Promise.all(Array.from({ length: count }, () => new Promise<void>((resolve, reject) => {
    let received = 0
    const socket = connect(port, '127.0.0.1', () => socket.write(request))
    socket.setNoDelay(true)
    socket.on('error', reject)
    socket.on('data', piece => {
      if (received === 0 && piece.toString('latin1', 0, 12) !== 'HTTP/1.1 200') return void (socket.destroy(), reject(new Error(piece.toString())))
      if (length === 0) length = lengthOf(piece)
      received += piece.length
      if (received < length) return
      if (received > length) return void (socket.destroy(), reject(new Error('an answer was longer than the first one')))
      received = 0
      answered++
      if (performance.now() < end) socket.write(request)
      else socket.end(resolve)
    })
  })))
  return answered / (performance.now() - begin) * 1000
}

/** Bytes of a whole answer, told from its first piece. */
function lengthOf(piece: Buffer): number {
  const head = piece.indexOf('\r\n\r\n')
  const declared = /\r\ncontent-length: (\d+)/i.exec(piece.toString('latin1', 0, head))
  if (head < 0 || !declared) throw new Error(`no Content-Length: ${piece.toString()}`)
  return head + 4 + Number(declared[1])
}
