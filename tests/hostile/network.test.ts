import { strict as assert } from 'node:assert'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { networkInterfaces } from 'node:os'
import { after, test } from 'node:test'
import type { Destination } from '../../src/sandbox/internet.ts'
import { invocation, openPlace, read, skip } from './helpers.ts'

// A function with the internet: the internet is a server of the test's, whatever the address; nothing else answers.
const server = createServer({ allowHalfOpen: true }, (socket) => {
  socket.on('data', (data) => socket.write(data)).on('end', () => socket.end(' and the end'))
}).listen(0, '127.0.0.1').unref()
await once(server, 'listening')
const { port } = server.address() as AddressInfo
const dialled: Destination[] = []
const place = openPlace((to) => {
  dialled.push(to)
  return connect({ port, host: '127.0.0.1', allowHalfOpen: true })
})
after(async () => {
  await place.close()
  server.close()
})
const rooted = { skip: skip || process.getuid?.() !== 0 && 'A network of its own needs root', timeout: 20_000 }
const ask = `const ask = (to) => new Promise((ok) => {
  let text = ''
  const socket = net.connect({ allowHalfOpen: true, ...to }, () => socket.end('hello'))
  socket.on('data', (data) => text += data).on('end', () => ok(text)).on('error', (error) => ok(error.code)).setTimeout(1500, () => ok('silent'))
})`

test('TCP to a public address is carried, both ways and to both ends, with the address and the port that the function named', rooted, async () => {
  const code = `${ask}; return Promise.all([ask({ host: '93.184.215.14', port: 443 }), ask({ host: '8.8.8.8', port: 6543 })])`
  const environment = await place.start(code, { network: 'internet' })
  assert.deepEqual(read(await environment.invoke(invocation())), ['hello and the end', 'hello and the end'])
  assert.deepEqual(dialled.toSorted((a, b) => a.port - b.port), [{ host: '93.184.215.14', port: 443 }, { host: '8.8.8.8', port: 6543 }])
  await environment.stop()
})

test('this host, its networks, other sandboxes and the clouds\' metadata are not part of the internet', rooted, async () => {
  const listening = `return new Promise((ok) => net.createServer((socket) => socket.end('reached')).listen(8123, '0.0.0.0', () => ok(null)))`
  const other = await place.start(listening, { network: 'internet' })
  await other.invoke(invocation())
  const own = createServer((socket) => socket.end('reached')).listen(0).unref()
  await once(own, 'listening')
  dialled.length = 0
  const addresses = Object.values(networkInterfaces()).flat().map((one) => one!.address)
  const hosts = [
    '127.0.0.1', '127.0.0.9', '0.0.0.0', '::1', '169.254.169.254', '169.254.170.2', 'fd00:ec2::254', '100.100.100.200', '168.63.129.16',
    '10.0.0.1', '172.17.0.1', '192.168.1.1', '224.0.0.1', ...addresses,
  ]
  const targets = hosts.flatMap((host) => [(own.address() as AddressInfo).port, 8123, 80].map((to) => ({ host, port: to })))
  const environment = await place.start(`${ask}; return Promise.all(event.targets.map(ask))`, { network: 'internet' })
  const answers: string[] = read(await environment.invoke(invocation({ targets })))
  answers.forEach((answer, n) => assert.match(answer, /^(ECONNREFUSED|ENETUNREACH|EADDRNOTAVAIL|EHOSTUNREACH|EINVAL|EACCES)$/, JSON.stringify(targets[n])))
  assert.deepEqual(dialled, [])
  own.close()
  await Promise.all([environment.stop(), other.stop()])
})

test('inside, no door leads elsewhere: not the port that forwards, not IPv6, not UDP, and the routes cannot be changed', rooted, async () => {
  dialled.length = 0
  const environment = await place.start(`${ask}
    const udp = await new Promise((ok) => {
      const socket = require('node:dgram').createSocket('udp4')
      socket.on('message', () => ok('answered')).on('error', (error) => ok(error.code)).connect(123, '8.8.8.8', () => socket.send('x'))
      setTimeout(() => ok('silent'), 200)
    })
    const routes = attempt(() => execSync('ip route add default dev lo', { stdio: 'pipe' }))
    return [await ask({ host: '127.0.0.1', port: 9 }), await ask({ host: '2606:4700::1111', port: 443 }), udp, routes]`, { network: 'internet' })
  const [forwarding, six, udp, routes] = read(await environment.invoke(invocation()))
  assert.match(forwarding, /^(ECONNRESET|ECONNREFUSED|EPIPE)$/)
  assert.match(six, /^(ENETUNREACH|EADDRNOTAVAIL|EHOSTUNREACH)$/)
  assert.match(udp, /^(ECONNREFUSED|silent)$/)
  assert.match(routes, /not permitted|not found/)
  assert.deepEqual(dialled, [])
  await environment.stop()
})

test('a network that was not asked for is not there, in a sandbox from the pool either', rooted, async () => {
  const pooled = openPlace(() => connect({ port, host: '127.0.0.1' }), 1)
  const code = `${ask}; return ask({ host: '8.8.8.8', port: 443 })`
  const first = await pooled.start(code, { network: 'internet' })
  assert.equal(read(await first.invoke(invocation())), 'hello and the end')
  await new Promise((resolve) => setTimeout(resolve, 300))
  const second = await pooled.start(code, { network: 'none' })
  assert.match(read(await second.invoke(invocation())), /^(ECONNREFUSED|ENETUNREACH)$/)
  await pooled.close()
})

test('names are asked of the host\'s name servers, whatever server the function has in mind', rooted, async () => {
  const { answerNames } = await import('../../src/sandbox/internet.ts')
  const host = createSocket('udp4')
  host.on('message', (question, from) => host.send(Buffer.concat([question.subarray(0, 2), Buffer.from('\x81\x80 the answer')]), from.port, from.address))
  host.bind(0, '127.0.0.1')
  await once(host, 'listening')
  const inside = createSocket('udp4')
  inside.bind(0, '127.0.0.1')
  await once(inside, 'listening')
  answerNames(inside, () => ({ address: '127.0.0.1', port: host.address().port }))
  const asker = createSocket('udp4')
  asker.send(Buffer.from('id and a question'), inside.address().port, '127.0.0.1')
  const [answer] = await once(asker, 'message')
  assert.equal(String(answer).slice(0, 2), 'id')
  assert.match(String(answer), /the answer$/)
  for (const socket of [host, inside, asker]) socket.close()
})
