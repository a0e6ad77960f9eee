// Runs a Lambda function: asks for its assignment on descriptor 3, loads the handler as the Node.js runtime of AWS does, then serves the Runtime API's loop.
// It is CommonJS, and loads nothing that Node.js has not loaded by then: every sandbox that is not taken from a pool waits for it. With the argument `wait` it
// is one of a pool, and makes itself ready for any function.
'use strict'
const { existsSync, read, readFileSync, readSync, writeSync } = require('node:fs')
const { basename, dirname, join, resolve } = require('node:path')
const { pathToFileURL } = require('node:url')
const { format } = require('node:util')

// This file is not the program: `require.main === module` is true nowhere, as on AWS.
process.mainModule = undefined
const waits = process.argv.splice(2)[0] === 'wait'
const api = '/2018-06-01/runtime/'
let requestId = ''
let current
let warming = false

// ---- HTTP on the inherited descriptor: answers come in the order of the requests
const nothing = Buffer.alloc(0)
let buffer = nothing
let waiting = []
// A large body comes in many pieces: they are put together once, when all are there.
let pieces = []
let missing = 0
function receive(chunk) {
  if (missing > 0) {
    pieces.push(chunk)
    missing -= chunk.length
    if (missing > 0) return
    buffer = Buffer.concat(pieces)
    pieces = []
    missing = 0
  } else buffer = buffer.length ? Buffer.concat([buffer, chunk]) : chunk
  for (;;) {
    const end = buffer.indexOf('\r\n\r\n')
    if (end < 0) return
    const lines = buffer.toString('utf8', 0, end).split('\r\n')
    const headers = {}
    for (const line of lines.slice(1)) {
      const colon = line.indexOf(':')
      headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim()
    }
    const length = Number(headers['content-length'] ?? 0)
    if (buffer.length < end + 4 + length) {
      missing = end + 4 + length - buffer.length
      pieces = [buffer]
      buffer = nothing
      return
    }
    const body = buffer.subarray(end + 4, end + 4 + length)
    buffer = buffer.subarray(end + 4 + length)
    waiting.shift()?.({ status: Number(lines[0].split(' ')[1]), headers, body })
  }
}

// ---- the descriptor: a file at first, read when there is an answer to come. A socket costs a quarter of the start of Node.js; it comes when it pays.
const gone = () => process.exit(1)
const fileInvocations = 2
let socket
function connect() {
  if (socket) return
  socket = new (require('node:net').Socket)({ fd: 3, readable: true, writable: true })
  socket.on('data', receive).on('error', gone).on('close', gone)
}
const room = Buffer.allocUnsafeSlow(65_536)
let reading = false
function readFile() {
  if (reading || waiting.length === 0) return
  reading = true
  read(3, room, 0, room.length, null, (error, length) => {
    reading = false
    if (error || length === 0) return gone()
    receive(Buffer.from(room.subarray(0, length)))
    readFile()
  })
}
/** Sends what is there to send and waits for the answer, and for nothing else. */
function readAnswer() {
  writeFile(outgoing)
  outgoing = ''
  while (waiting.length) {
    let length = 0
    try { length = readSync(3, room) } catch { /* It is gone. */ }
    if (length === 0) return gone()
    receive(Buffer.from(room.subarray(0, length)))
  }
}
// Node.js would wait for the read without end.
process.on('exit', () => { if (reading) process.kill(process.pid, 'SIGKILL') })
// An error of it is no error of the function, whose report would have to go the same way.
function writeFile(text) {
  try {
    for (let left = Buffer.from(text); left.length;) left = left.subarray(writeSync(3, left))
  } catch { gone() }
}

// A response and the request for the next invocation are made in one turn and leave in one write.
let outgoing = ''
function flush() {
  const text = outgoing
  outgoing = ''
  if (socket) return void (text && socket.write(text))
  if (text) writeFile(text)
  readFile()
}
function send(text, then) {
  if (warming) return
  waiting.push(then)
  if (!outgoing) process.nextTick(flush)
  outgoing += text
}
function get(path) {
  return new Promise((done) => send(`GET ${path} HTTP/1.1\r\nHost: r\r\n\r\n`, done))
}
let asked = 0
function next() {
  if (asked++ >= fileInvocations) connect()
  socket?.ref()
  current = undefined
  get(`${api}invocation/next`).then(serve)
}
function post(path, body, headers = '', then = () => {}) {
  send(`POST ${path} HTTP/1.1\r\nHost: r\r\nContent-Type: application/json\r\n${headers}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`, then)
}

// ---- console: one frame is one log event
let json = false
let tenantId
let leastLevel = 0
const levels = { TRACE: 0, DEBUG: 1, INFO: 2, WARN: 3, ERROR: 4, FATAL: 5 }
function frame(text) {
  const bytes = Buffer.from(text)
  const head = Buffer.alloc(16)
  head.writeUInt32BE(0xa55a0003, 0)
  head.writeUInt32BE(bytes.length, 4)
  head.writeBigUInt64BE(BigInt(Date.now()) * 1000n, 8)
  let all = Buffer.concat([head, bytes])
  while (all.length) {
    try { all = all.subarray(writeSync(4, all)) } catch (error) { if (error.code !== 'EAGAIN') return }
  }
}
function log(level, message, ...params) {
  if (levels[level] < leastLevel) return
  const now = new Date().toISOString()
  if (!json) return frame(`${now}\t${requestId || 'undefined'}\t${level}\t${format(message, ...params)}\n`)
  const line = { timestamp: now, level, requestId: requestId || undefined, tenantId }
  const replacer = (_key, value) => value instanceof Error ? { ...described(value), ...value } : value
  if (params.length === 0) {
    try { return frame(JSON.stringify({ ...line, message }, replacer) + '\n') } catch { message = format(message) }
  }
  const error = params.find((param) => param instanceof Error)
  frame(JSON.stringify({ ...line, message: format(message, ...params), ...(error ? described(error) : {}) }) + '\n')
}
function described(error) {
  return { errorType: error?.constructor?.name ?? 'UnknownError', errorMessage: error.message, stackTrace: String(error.stack ?? '').split('\n') }
}
function patchConsole() {
  const wanted = process.env.AWS_LAMBDA_LOG_FORMAT
  json = wanted?.toUpperCase() === 'JSON'
  leastLevel = levels[process.env.AWS_LAMBDA_LOG_LEVEL?.toUpperCase()] ?? 0
  for (const name of ['trace', 'debug', 'info', 'warn', 'error', 'fatal']) console[name] = (...args) => log(name.toUpperCase(), ...args)
  console.log = console.info
}

// ---- errors
function runtimeError(name, message, stack) {
  const error = new Error(message)
  error.name = `Runtime.${name}`
  if (stack) error.stack = stack
  return error
}
function wire(error) {
  const clean = (text) => text?.replaceAll('\x7f', '%7F')
  try {
    if (error instanceof Error || (error && typeof error === 'object' && 'stack' in error && 'message' in error)) {
      return { errorType: clean(error.name), errorMessage: clean(error.message), trace: clean(error.stack)?.split('\n') ?? [] }
    }
    return { errorType: typeof error, errorMessage: String(error), trace: [] }
  } catch {
    return { errorType: 'handled', errorMessage: 'callback called with Error argument, but there was a problem while retrieving one or more of its message, name, and stack' }
  }
}
function formatted(error) {
  try {
    return '\t' + JSON.stringify(error, (_key, value) => value instanceof Error
      ? { errorType: value.name, errorMessage: value.message, code: value.code, ...value, stack: value.stack?.split('\n') } : value)
  } catch {
    return '\t' + JSON.stringify(wire(error))
  }
}
function errorHeader(payload) {
  return `Lambda-Runtime-Function-Error-Type: ${String(payload.errorType).replace(/[^\x20-\x7e]/g, '?')}\r\n`
}
function reportError(error, then) {
  const payload = wire(error)
  const path = current ? `${api}invocation/${current}/error` : `${api}init/error`
  post(path, JSON.stringify(payload), errorHeader(payload), then)
}

process.on('uncaughtException', (error) => {
  console.error('Uncaught Exception', formatted(error))
  reportError(error, () => process.exit(129))
})
process.on('unhandledRejection', (reason, promise) => {
  const error = runtimeError('UnhandledPromiseRejection', String(reason))
  error.reason = reason
  error.promise = promise
  console.error('Unhandled Promise Rejection', formatted(error))
  reportError(error, () => process.exit(128))
})
let beforeExit = () => {}
process.on('beforeExit', () => {
  const then = beforeExit
  beforeExit = () => {}
  then()
})

// ---- the SDK that this machine has: below the function's own packages and its layers'
let sdkRoot
let foundSdk = false
const sdkName = /^@(aws-sdk|smithy)\//
/** For ES modules, which look into no NODE_PATH. */
function findSdkFromModules() {
  if (foundSdk || !sdkRoot || !existsSync(`${sdkRoot}/nodejs`)) return
  foundSdk = true
  const { registerHooks } = require('node:module')
  if (!registerHooks) return
  const parentURL = pathToFileURL(`${sdkRoot}/nodejs/function.js`).href
  registerHooks({
    resolve(specifier, context, next) {
      try {
        return next(specifier, context)
      } catch (error) {
        if (!sdkName.test(specifier)) throw error
        try { return next(specifier, { ...context, parentURL }) } catch { throw error }
      }
    },
  })
}
function sayHowToGetSdk(error) {
  const name = /'(@(?:aws-sdk|smithy)\/[^'/]+)/.exec(String(error.message))?.[1]
  if (name) console.warn(`${name} is neither in the package nor on this machine. Package it, or run on the machine: npm install --prefix ~/.fogbank-sdk ${name}`)
}

// ---- the handler
/** Makes an address one that was never loaded. */
let fresh = ''
async function loadModule(root, moduleRoot, name) {
  const path = resolve(root, moduleRoot, name)
  const isModule = (file) => {
    for (let folder = dirname(file); ; folder = dirname(folder)) {
      const found = join(folder, 'package.json')
      if (existsSync(found)) {
        try { return JSON.parse(readFileSync(found, 'utf8')).type === 'module' } catch { return false }
      }
      if (folder === dirname(folder) || folder === root) return false
    }
  }
  const load = (file) => (findSdkFromModules(), import(pathToFileURL(file).href + fresh))
  if (existsSync(path + '.js')) return isModule(path + '.js') ? load(path + '.js') : require(path + '.js')
  if (existsSync(path + '.mjs')) return load(path + '.mjs')
  if (existsSync(path + '.cjs')) return require(path + '.cjs')
  return require(require.resolve(name, { paths: [root, join(root, moduleRoot)] }))
}
async function loadHandler(root, handler) {
  if (handler.includes('..')) {
    throw runtimeError('MalformedHandlerName', `'${handler}' is not a valid handler name. Use absolute paths when specifying root directories in handler names.`)
  }
  const last = basename(handler)
  const moduleRoot = handler.slice(0, handler.indexOf(last))
  const parts = /^([^.]*)\.(.*)$/.exec(last)
  if (!parts) throw runtimeError('MalformedHandlerName', 'Bad handler')
  let loaded
  try {
    loaded = await loadModule(root, moduleRoot, parts[1])
  } catch (error) {
    if (error instanceof SyntaxError) throw runtimeError('UserCodeSyntaxError', String(error), error.stack)
    // The runtime's own file is not part of the stack that AWS reports.
    if (error?.code === 'MODULE_NOT_FOUND' || error?.code === 'ERR_MODULE_NOT_FOUND') sayHowToGetSdk(error)
    if (error?.code === 'MODULE_NOT_FOUND' || error?.code === 'ERR_MODULE_NOT_FOUND') throw runtimeError('ImportModuleError', String(error))
    throw error
  }
  const find = (from) => parts[2].split('.').reduce((nested, key) => nested?.[key], from)
  const found = find(loaded) ?? find(loaded?.default)
  if (!found) throw runtimeError('HandlerNotFound', `${handler} is undefined or not exported`)
  if (typeof found !== 'function') throw runtimeError('HandlerNotFound', `${handler} is not a function`)
  return found
}

// ---- streaming
const streaming = Symbol.for('aws.lambda.runtime.handler.streaming')
let ResponseStream
/** Of a response that is a stream: what streaming.cjs needs of this file. */
const stream = {
  begin(head) {
    waiting.push(() => {})
    flush()
    socket.write(`POST ${api}invocation/${current}/response HTTP/1.1\r\nHost: r\r\n${head}`)
  },
  write: (bytes, done) => socket.write(bytes, done),
  failure(error) {
    const payload = wire(error)
    return { header: errorHeader(payload), body: JSON.stringify(payload) }
  },
}
globalThis.awslambda = {
  streamifyResponse(handler, options) {
    handler[streaming] = 'response'
    if (options?.highWaterMark) handler[Symbol.for('aws.lambda.runtime.handler.streaming.highWaterMark')] = Number(options.highWaterMark)
    return handler
  },
  HttpResponseStream: {
    from(stream, prelude) {
      stream.setContentType('application/vnd.awslambda.http-integration-response')
      stream.prelude = JSON.stringify(prelude)
      return stream
    },
  },
}

// ---- the loop
let handler
function contextOf(headers) {
  const deadline = Number(headers['lambda-runtime-deadline-ms'])
  const parse = (text) => text ? JSON.parse(text) : undefined
  return {
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION, functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE, logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME, clientContext: parse(headers['lambda-runtime-client-context']),
    identity: parse(headers['lambda-runtime-cognito-identity']), invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
    awsRequestId: requestId, tenantId, getRemainingTimeInMillis: () => deadline - Date.now(),
  }
}
function serve({ headers, body }) {
  current = requestId = headers['lambda-runtime-aws-request-id']
  tenantId = headers['lambda-runtime-aws-tenant-id']
  // What a handler leaves open decides whether the event loop is empty; this connection does not.
  socket?.unref()
  if (headers['lambda-runtime-trace-id']) process.env._X_AMZN_TRACE_ID = headers['lambda-runtime-trace-id']
  else delete process.env._X_AMZN_TRACE_ID
  let event, context
  try {
    event = JSON.parse(body.toString('utf8'))
    context = contextOf(headers)
  } catch (error) {
    return fail(error)
  }
  if (handler[streaming]) return serveStream(event, context)
  const id = current
  let finished = false
  let waits = true
  const finish = (error, result, atOnce) => {
    if (finished || current !== id) return
    finished = true
    beforeExit = () => {}
    if (error !== undefined && error !== null) return fail(error instanceof Error ? error : new Error(error))
    let text
    try { text = JSON.stringify(result === undefined ? null : result) ?? 'null' } catch { return fail(runtimeError('JSONStringifyError', 'Unable to stringify response body')) }
    post(`${api}invocation/${id}/response`, text)
    if (atOnce || !waits) next()
    else beforeExit = next
  }
  const done = (error, result) => finish(error, result, true)
  if (modern) {
    beforeExit = () => done(null, null)
    new Promise((ok) => ok(handler(event, context))).then((result) => done(null, result), (error) => finish(error ?? new Error(String(error))))
    return
  }
  Object.defineProperty(context, 'callbackWaitsForEmptyEventLoop', { get: () => waits, set: (value) => { waits = value }, enumerable: true })
  Object.assign(context, { done, succeed: (result) => done(null, result), fail: (error) => done(error ?? 'handled') })
  beforeExit = () => done(null, null)
  try {
    const result = handler(event, context, (error, value) => finish(error, value, false))
    if (typeof result?.then === 'function') result.then((value) => done(null, value), (error) => done(error ?? 'handled'))
  } catch (error) {
    finish(error ?? 'handled', undefined, false)
  }
}
function fail(error) {
  console.error('Invoke Error', formatted(error))
  reportError(error)
  next()
}
async function serveStream(event, context) {
  connect()
  socket.unref()
  ResponseStream ??= require('./streaming.cjs')(stream)
  const response = new ResponseStream({ highWaterMark: handler[Symbol.for('aws.lambda.runtime.handler.streaming.highWaterMark')] })
  const finished = new Promise((ok) => response.once('finish', ok))
  let failed = false
  beforeExit = () => response.end()
  try {
    await handler(event, response, context)
    if (!response.writableEnded) beforeExit = () => response.end()
    await finished
  } catch (error) {
    failed = true
    console.error('Invoke Error', formatted(error))
    if (!response.failWith(error)) reportError(error)
  }
  beforeExit = () => {}
  if (failed) response.destroy()
  next()
}

// ---- init
const warmAfterMs = 30
const warmRounds = 5
const warmHeaders = 'lambda-runtime-aws-request-id: w\r\nlambda-runtime-deadline-ms: 0\r\nlambda-runtime-trace-id: w'
const answer = (headers, body) => Buffer.from(`HTTP/1.1 200 OK\r\n${headers}\r\ncontent-length: ${body.length}\r\n\r\n${body}`)
/**
 * Goes some times the way of an assignment and a first invocation, while there is nothing else to do: what is compiled and loaded by then does not wait for a
 * function. Nothing of it stays to be seen.
 */
async function warm() {
  warming = true
  const variables = { ...process.env }
  const folder = join(__dirname, 'warm')
  const assignment = JSON.stringify({ environment: { _X_AMZN_TRACE_ID: 'w' }, taskRoot: folder, layersRoot: '/opt', sdkRoot: '/var/sdk' })
  try {
    for (let round = 0; round < warmRounds; round++) {
      for (const name of ['module', 'common']) {
        // The assignment itself may be arriving: its answer and its place in the line are left alone.
        if (buffer.length || missing) return
        const before = waiting
        fresh = `?${round}`
        let begun
        waiting = [({ body }) => { begun = init({ ...JSON.parse(body.toString('utf8')), handler: `${name}.handler` }) }]
        receive(answer('content-type: application/json', assignment))
        waiting = before
        await begun
        if (buffer.length || missing) return
        waiting = [serve]
        receive(answer(warmHeaders, '{}'))
        waiting = before
        await new Promise(setImmediate)
        for (const path of Object.keys(require.cache)) delete require.cache[path]
      }
    }
    format('%s', { a: new Date().toISOString() }, [1])
  } finally {
    module.children.length = 0
    for (const name of Object.keys(process.env)) if (!(name in variables)) delete process.env[name]
    fresh = ''
    process.chdir('/')
    warming = false
    handler = current = undefined
    requestId = ''
    asked = 0
    beforeExit = () => {}
    socket.ref()
  }
}

let modern
async function main() {
  let warmed, idle
  const assignment = get('/fogbank/assignment')
  if (waits) {
    connect()
    idle = setTimeout(() => { warmed = warm().catch(() => {}) }, warmAfterMs)
  } else readAnswer()
  const { body } = await assignment
  clearTimeout(idle)
  await warmed
  await init(JSON.parse(body.toString('utf8')))
}
async function init(assignment) {
  Object.assign(process.env, assignment.environment, assignment.handler && { _HANDLER: assignment.handler })
  const major = /nodejs(\d+)/.exec(process.env.AWS_EXECUTION_ENV ?? '')?.[1]
  modern = Number(major ?? process.versions.node.split('.')[0]) >= 24
  const layers = assignment.layersRoot
  process.env.NODE_PATH = [process.env.NODE_PATH, `${layers}/nodejs/node${major ?? process.versions.node.split('.')[0]}/node_modules`, `${layers}/nodejs/node_modules`,
    '/var/runtime/node_modules', '/var/runtime', assignment.sdkRoot && `${assignment.sdkRoot}/require`, assignment.taskRoot].filter(Boolean).join(':')
  module.constructor._initPaths()
  process.chdir(assignment.taskRoot)
  patchConsole()
  sdkRoot = assignment.sdkRoot
  try {
    handler = await loadHandler(assignment.taskRoot, process.env._HANDLER)
    if (modern && handler.length >= 3 && !handler[streaming]) {
      throw runtimeError('CallbackHandlerDeprecated', 'ERROR: AWS Lambda has removed support for callback-based function handlers starting with Node.js 24. '
        + 'You need to modify this function to use a supported handler signature to use Node.js 24 or later. '
        + 'For more information see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html.')
    }
    next()
  } catch (error) {
    console.error('Uncaught Exception', formatted(error))
    reportError(error, () => process.exit(129))
  }
}
void main()
