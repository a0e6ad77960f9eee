import { strict as assert } from 'node:assert'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { connect } from 'node:net'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { openDelivery } from './telemetry-delivery.ts'

const answerTimeoutMs = 60

/** A listener of telemetry, and a delivery to it that waits little. */
async function listening(answer: (asked: number, response: ServerResponse) => void) {
  const asked: string[] = []
  const server = createServer((request: IncomingMessage, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (text) => { body += text }).on('end', () => answer(asked.push(body), response))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const destination = { protocol: 'HTTP' as const, host: `sandbox.localdomain:${port}`, port, path: '/', method: 'POST' as const }
  const delivery = openDelivery(destination, { maxItems: 1000, maxBytes: 262_144, timeoutMs: 25 }, async () => connect(port, '127.0.0.1'), answerTimeoutMs)
  const close = (): void => {
    delivery.close()
    server.closeAllConnections()
    server.close()
  }
  return { asked, delivery, close }
}

test('one that does not answer, or answers an error, is told again', async () => {
  const { asked, delivery, close } = await listening((times, response) => {
    if (times > 1) response.writeHead(times === 2 ? 500 : 200).end()
  })
  delivery.add('{"n":1}')
  await delivery.flush()
  assert.deepEqual(asked, ['[{"n":1}]', '[{"n":1}]', '[{"n":1}]'])
  close()
})

test('one that stands still is not told again, and answers when it goes on', async () => {
  let answerLater = (): void => {}
  const { asked, delivery, close } = await listening((_times, response) => { answerLater = () => void response.end() })
  delivery.add('{"n":1}')
  while (!asked.length) await new Promise((resolve) => { setTimeout(resolve, 5) })
  delivery.pause()
  delivery.add('{"n":2}')
  await new Promise((resolve) => { setTimeout(resolve, 4 * answerTimeoutMs) })
  assert.deepEqual(asked, ['[{"n":1}]'])
  answerLater()
  delivery.resume()
  while (asked.length < 2) await new Promise((resolve) => { setTimeout(resolve, 5) })
  answerLater()
  await delivery.flush()
  assert.deepEqual(asked, ['[{"n":1}]', '[{"n":2}]'])
  close()
})

test('an answer without end is not read for ever', async () => {
  const { asked, delivery, close } = await listening((_times, response) => {
    const more = (): void => { while (!response.destroyed && response.write('x'.repeat(16_384))) { /* As much as is taken. */ } }
    response.on('drain', more)
    more()
  })
  delivery.add('{"n":1}')
  await delivery.flush()
  assert.equal(asked.length, 1)
  close()
})
