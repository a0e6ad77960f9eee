import { createSocket } from 'node:dgram'
import type { RemoteInfo, Socket as Datagrams } from 'node:dgram'
import { readFileSync } from 'node:fs'
import { BlockList, connect, createServer } from 'node:net'
import type { Server, Socket } from 'node:net'
import { networkInterfaces } from 'node:os'
import { boundSocket, insideNetwork, originalDestination } from './linux.ts'
import { redirectOutgoing, routeToItself } from './netlink.ts'
import type { Network } from './netlink.ts'

/** Where a connection of a function goes to. */
export interface Destination { host: string, port: number }

export interface Internet { close(): void }

/** Not used by anybody inside: only root may listen below 1024. */
const forwardPort = 9
const namesPort = 53
const connectionsMax = 1024
const questionsMax = 128
const answerTimeoutMs = 5000

/** Not the internet: no host, private and shared networks, link-local (with the clouds' metadata), multicast; Azure's own address. The host's are added. */
const closedNetworks: Network[] = [
  '0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24', '192.168.0.0/16', '224.0.0.0/4', '240.0.0.0/4',
  '168.63.129.16/32',
].map((text) => ({ address: text.split('/')[0]!, bits: Number(text.split('/')[1]) }))

function hostAddresses(): Network[] {
  const own = Object.values(networkInterfaces()).flat().filter((one) => one?.family === 'IPv4' && !one.address.startsWith('127.'))
  return own.map((one) => ({ address: one!.address, bits: 32 }))
}

/** Whether a function may connect to an IPv4 address: the routes inside say no as well; this is the second lock. */
export function isOpen(host: string): boolean {
  const closed = new BlockList()
  for (const { address, bits } of [...closedNetworks, { address: '127.0.0.0', bits: 8 }, ...hostAddresses()]) closed.addSubnet(address, bits)
  return !closed.check(host)
}

/** The host's first name server. */
function nameServer(): NameServer | undefined {
  try {
    const address = /^nameserver\s+(\S+)/m.exec(readFileSync('/etc/resolv.conf', 'utf8'))?.[1]
    return address === undefined ? undefined : { address, port: namesPort }
  } catch {
    return undefined
  }
}

/**
 * Gives the network namespace of a process the internet: TCP to public IPv4 addresses, and names. There is no interface and no address of the host's network in
 * it: its routes lead every connection to a socket of Fogbank's inside, and Fogbank makes the connection outside, where it may. The host's routes and packet
 * rules stay as they are.
 */
export function openInternet(pid: number, dial: (to: Destination) => Socket = (to) => connect({ ...to, allowHalfOpen: true, noDelay: true })): Internet {
  const closed = [...closedNetworks, ...hostAddresses()]
  const fds = insideNetwork(pid, () => {
    routeToItself(closed)
    redirectOutgoing(forwardPort)
    return { forward: boundSocket('tcp', forwardPort), namesTcp: boundSocket('tcp', namesPort), namesUdp: boundSocket('udp', namesPort) }
  })
  const servers = [
    forwarder(fds.forward, (socket) => {
      const to = originalDestination((socket as unknown as { _handle: { fd: number } })._handle.fd)
      return to && isOpen(to.host) ? dial(to) : undefined
    }),
    forwarder(fds.namesTcp, () => {
      const server = nameServer()
      return server && connect({ host: server.address, port: server.port, allowHalfOpen: true })
    }),
  ]
  const names = createSocket('udp4')
  answerNames(names, nameServer)
  names.bind({ fd: fds.namesUdp })
  names.unref()
  return {
    close() {
      for (const server of servers) server.close()
      names.close()
    },
  }
}

function forwarder(fd: number, dial: (socket: Socket) => Socket | undefined): Server {
  const server = createServer({ allowHalfOpen: true, noDelay: true })
  server.maxConnections = connectionsMax
  server.on('error', () => server.close())
  server.on('connection', (socket) => {
    const out = dial(socket)
    if (!out) return void socket.on('error', () => {}).resetAndDestroy()
    for (const [one, other] of [[socket, out], [out, socket]] as const) {
      one.pipe(other)
      one.on('error', () => other.resetAndDestroy())
      one.on('close', () => other.destroy())
    }
  })
  return server.listen({ fd }).unref()
}

interface NameServer { address: string, port: number }

/** Asks the host's name server what a function asks. */
export function answerNames(inside: Datagrams, nameServer: () => NameServer | undefined): void {
  let open = 0
  inside.on('error', () => {})
  inside.on('message', (question, from) => {
    const server = nameServer()
    if (!server || open >= questionsMax || question.length < 12) return
    open++
    ask(server, question, (answer) => reply(inside, answer, from), () => { open-- })
  })
}

function reply(inside: Datagrams, answer: Buffer, to: RemoteInfo): void {
  try { inside.send(answer, to.port, to.address) } catch { /* The sandbox ended. */ }
}

function ask(server: NameServer, question: Buffer, onAnswer: (answer: Buffer) => void, onEnd: () => void): void {
  const socket = createSocket(server.address.includes(':') ? 'udp6' : 'udp4')
  let ended = false
  const end = (): void => {
    if (ended) return
    ended = true
    clearTimeout(timer)
    socket.close(onEnd)
  }
  const timer = setTimeout(end, answerTimeoutMs).unref()
  socket.on('error', end)
  socket.on('message', (answer) => {
    // Of the question that was asked: its first two bytes are repeated.
    if (answer.length < 12 || answer.readUInt16BE(0) !== question.readUInt16BE(0)) return
    if (!ended) onAnswer(answer)
    end()
  })
  socket.unref()
  socket.connect(server.port, server.address, () => socket.send(question))
}
