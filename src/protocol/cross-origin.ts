import type { CrossOriginRequest } from '../contracts/cross-origin.ts'
import { bucketOfHost, bucketOfLocalhost, hostOf } from './hosts.ts'
import { header, type WireRequest } from './wire.ts'

/** What a browser asks of a bucket, where the request's host or the first part of its path names one. */
export function crossOriginRequest(wire: WireRequest): CrossOriginRequest | undefined {
  const origin = header(wire, 'origin')
  if (origin === undefined) return undefined
  const host = hostOf(wire)
  const hosted = bucketOfHost(host) ?? bucketOfLocalhost(host)
  const [, first = '', ...rest] = wire.path.split('/')
  const bucket = hosted ?? first
  if (bucket === '') return undefined
  const isPreflight = wire.method === 'OPTIONS'
  const requestHeaders = (isPreflight && header(wire, 'access-control-request-headers') || '').split(',').map(name => name.trim()).filter(name => name !== '')
  return {
    bucket, key: hosted === undefined ? rest.join('/') : wire.path.slice(1), origin,
    method: isPreflight ? header(wire, 'access-control-request-method')! : wire.method, requestHeaders,
  }
}
