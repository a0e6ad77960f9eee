/** Extensions of the tests. Each says what it is told as `NAME event {...}`, and `NAME bye` when it ends. */
const head = `#!/usr/bin/env node
const http = require('node:http')
const { basename } = require('node:path')
const name = basename(process.argv[1])
const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(':')
let id
const call = (method, path, body, headers = {}) => new Promise((done, failed) => {
  const all = { 'Lambda-Extension-Name': name, ...id && { 'Lambda-Extension-Identifier': id }, ...headers }
  const request = http.request({ host, port, method, path, headers: all }, (response) => {
    let text = ''
    response.setEncoding('utf8').on('data', (chunk) => { text += chunk })
    response.on('end', () => done({ status: response.statusCode, headers: response.headers, text }))
  })
  request.on('error', failed).end(body)
})
const sleep = (ms) => new Promise((done) => setTimeout(done, ms))
const register = async (events, headers) => {
  const answer = await call('POST', '/2020-01-01/extension/register', JSON.stringify({ events }), headers)
  id = answer.headers['lambda-extension-identifier']
  return answer
}
const next = async () => (await call('GET', '/2020-01-01/extension/event/next')).text
`

/** One in Node.js, from the body of an async function that has `call`, `register`, `next`, `sleep` and `name`. */
export const extension = (body: string): string => `${head}void (async () => {\n${body}\n})()\n`

export const nodeExtension = (onEvent = ''): string => extension(`
  console.log(name, 'started', Date.now())
  console.log(name, 'registered', (await register(['INVOKE', 'SHUTDOWN'], { 'Lambda-Extension-Accept-Feature': 'accountId' })).text)
  for (;;) {
    const text = await next()
    console.log(name, 'event', text)
    const event = JSON.parse(text)
    ${onEvent}
    if (event.eventType === 'SHUTDOWN') break
  }
  console.log(name, 'bye')`)

export const pythonExtension = (): string => `#!/usr/bin/env python3
import json, os, sys, urllib.request
name = os.path.basename(__file__)
base = "http://" + os.environ["AWS_LAMBDA_RUNTIME_API"] + "/2020-01-01/extension/"
request = urllib.request.Request(base + "register", json.dumps({"events": ["INVOKE", "SHUTDOWN"]}).encode(), {"Lambda-Extension-Name": name})
identifier = urllib.request.urlopen(request).headers["Lambda-Extension-Identifier"]
while True:
    text = urllib.request.urlopen(urllib.request.Request(base + "event/next", headers={"Lambda-Extension-Identifier": identifier})).read().decode()
    print(name, "event", text, flush=True)
    if json.loads(text)["eventType"] == "SHUTDOWN":
        break
print(name, "bye", flush=True)
`

export const shellExtension = (name: string): string => `#!/bin/bash
base="http://$AWS_LAMBDA_RUNTIME_API/2020-01-01/extension"
id=$(curl -s -D - -o /dev/null -X POST -H "Lambda-Extension-Name: ${name}" -d '{"events":["INVOKE","SHUTDOWN"]}' "$base/register" \\
  | tr -d '\\r' | sed -n 's/^[Ll]ambda-[Ee]xtension-[Ii]dentifier: //p')
while :; do
  event=$(curl -s -H "Lambda-Extension-Identifier: $id" "$base/event/next")
  echo "${name} event $event"
  case "$event" in *SHUTDOWN*) break;; esac
done
echo "${name} bye"
`

/** Subscribes to telemetry and prints each event as `told {...}`; `api` and the request's members can be others. */
export const listenerExtension = (request: object = {}, api = '/2022-07-01/telemetry', { onEvent = '', listen = true } = {}): string => extension(`
  const server = http.createServer((request, response) => {
    let text = ''
    request.setEncoding('utf8').on('data', (chunk) => { text += chunk }).on('end', () => {
      console.log('batch', request.method, request.url, request.headers['content-type'])
      // Its own lines would come back without end.
      for (const event of JSON.parse(text)) if (!/^(told|batch) /.test(event.record)) console.log('told', JSON.stringify(event))
      response.end()
    })
  })
  let port = 0
  const open = () => new Promise((done) => server.listen(port, '127.0.0.1', done))
  await open()
  port = server.address().port
  ${listen ? '' : 'server.close()'}
  await register(['INVOKE', 'SHUTDOWN'])
  const answer = await call('PUT', '${api}', JSON.stringify({
    schemaVersion: '2022-12-13', types: ['platform', 'function'], buffering: { timeoutMs: 25 },
    destination: { protocol: 'HTTP', URI: 'http://sandbox.localdomain:' + port + '/path' }, ...${JSON.stringify(request)},
  }))
  console.log('subscribed', answer.status, answer.text)
  for (;;) {
    const event = JSON.parse(await next())
    ${onEvent}
    if (event.eventType === 'SHUTDOWN') break
  }
  // On a busy machine, what is told last comes with the shutdown.
  await sleep(200)
  console.log(name, 'bye')
  process.exit(0)`)
