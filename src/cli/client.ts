import { createHash, createHmac } from 'node:crypto'

/** An error that Fogbank answered: AWS's code and message. */
export class CallError extends Error {
  readonly code: string
  constructor(code: string, message: string) {
    super(message)
    this.name = code
    this.code = code
  }
}

/** A message for the user that says what to do; no stack trace. */
export class UserError extends Error {}

/** The command line itself is wrong: exit code 2. */
export class UsageError extends UserError {}

export interface Client {
  endpoint: string
  region: string
  /** Performs an operation of a service of the running cloud. Throws CallError. */
  call(service: string, operation: string, input: object): Promise<any>
  /** Reads a page of Fogbank's own (`/_fogbank/cost?month=2026-01`), as JSON. Throws CallError. */
  get(path: string): Promise<any>
  /** Puts bytes over S3's protocol; without a key, makes the bucket. */
  put(bucket: string, key: string | undefined, body: Uint8Array): Promise<void>
  /** Whether an object is there. */
  exists(bucket: string, key: string): Promise<boolean>
}

type Environment = Record<string, string | undefined>

/** A client of the running cloud: FOGBANK_ENDPOINT or AWS_ENDPOINT_URL name it, otherwise http://127.0.0.1:4566; AWS_REGION and keys as usual. */
export function createClient(environment: Environment, options: { endpoint?: string | undefined, region?: string | undefined } = {}): Client {
  const endpoint = (options.endpoint ?? environment.FOGBANK_ENDPOINT ?? environment.AWS_ENDPOINT_URL ?? 'http://127.0.0.1:4566').replace(/\/$/, '')
  const region = options.region ?? environment.AWS_REGION ?? environment.AWS_DEFAULT_REGION ?? 'us-east-1'
  const key = { id: environment.AWS_ACCESS_KEY_ID ?? 'test', secret: environment.AWS_SECRET_ACCESS_KEY ?? 'test', token: environment.AWS_SESSION_TOKEN }

  async function send(method: string, path: string, service: string, body: Uint8Array): Promise<Response> {
    const url = new URL(endpoint + path)
    const headers = sign({ method, url, service, region, body, key })
    try {
      return await fetch(url, { method, headers, ...body.length > 0 && { body: new Uint8Array(body) } })
    } catch {
      throw new UserError(`No cloud answers at ${endpoint}. \`fogbank start\` starts one; FOGBANK_ENDPOINT names another address.`)
    }
  }
  async function answerOf(response: Response): Promise<any> {
    const answer = readAnswer(await response.text())
    if (!answer) throw new UserError(`${endpoint} answered ${response.status} and no JSON: is it a Fogbank?`)
    if (answer.error) throw new CallError(answer.error.code, answer.error.message)
    return answer
  }
  const objectPath = (bucket: string, key: string) => `/${bucket}/${key.split('/').map(encodeURIComponent).join('/')}`
  return {
    endpoint, region,
    async call(service, operation, input) {
      const body = Buffer.from(JSON.stringify({ service, operation, input: bytesAsJson(input), region }))
      return (await answerOf(await send('POST', '/_fogbank/call', service, body))).output
    },
    get: async path => answerOf(await send('GET', path, 'fogbank', new Uint8Array())),
    async put(bucket, key, body) {
      const response = await send('PUT', key === undefined ? `/${bucket}` : objectPath(bucket, key), 's3', body)
      const text = await response.text()
      const code = /<Code>([^<]*)/.exec(text)?.[1]
      if (response.ok || code === 'BucketAlreadyOwnedByYou') return
      throw new CallError(code ?? `HTTP ${response.status}`, /<Message>([^<]*)/.exec(text)?.[1] ?? text)
    },
    async exists(bucket, key) {
      return (await send('HEAD', objectPath(bucket, key), 's3', new Uint8Array())).ok
    },
  }
}

function readAnswer(text: string): { output?: any, error?: { code: string, message: string } } | undefined {
  try {
    return JSON.parse(text, (_, value) => typeof value?.$bytes === 'string' ? new Uint8Array(Buffer.from(value.$bytes, 'base64')) : value)
  } catch {
    return undefined
  }
}

function bytesAsJson(value: any): unknown {
  if (value instanceof Uint8Array) return { $bytes: Buffer.from(value).toString('base64') }
  if (Array.isArray(value)) return value.map(bytesAsJson)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, bytesAsJson(member)]))
}

interface ToSign { method: string, url: URL, service: string, region: string, body: Uint8Array, key: { id: string, secret: string, token: string | undefined } }

const sha256 = (data: Uint8Array | string) => createHash('sha256').update(data).digest('hex')
const hmac = (key: Uint8Array | string, data: string) => createHmac('sha256', key).update(data).digest()

/** Signature Version 4 in the Authorization header. */
function sign({ method, url, service, region, body, key }: ToSign): Record<string, string> {
  const date = new Date().toISOString().replace(/[-:]|\.\d{3}/g, '')
  const payload = sha256(body)
  const signed: Record<string, string> = {
    host: url.host, 'x-amz-content-sha256': payload, 'x-amz-date': date, ...key.token && { 'x-amz-security-token': key.token },
  }
  const names = Object.keys(signed).sort()
  // Every service but S3 signs the path escaped once more.
  const path = service === 's3' ? url.pathname : url.pathname.split('/').map(encodeURIComponent).join('/')
  const request = [method, path, url.search.slice(1), ...names.map(name => `${name}:${signed[name]}`), '', names.join(';'), payload].join('\n')
  const place = `${date.slice(0, 8)}/${region}/${service}/aws4_request`
  const signing = [date.slice(0, 8), region, service, 'aws4_request'].reduce<Uint8Array | string>((secret, part) => hmac(secret, part), `AWS4${key.secret}`)
  const signature = createHmac('sha256', signing).update(['AWS4-HMAC-SHA256', date, place, sha256(request)].join('\n')).digest('hex')
  const { host: _, ...headers } = signed
  return { ...headers, authorization: `AWS4-HMAC-SHA256 Credential=${key.id}/${place}, SignedHeaders=${names.join(';')}, Signature=${signature}` }
}
