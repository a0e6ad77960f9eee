import { createHmac } from 'node:crypto'
import { bucketOfHost, bucketOfLocalhost, hostOf } from './hosts.ts'
import { sameText } from './signing-key.ts'
import { refuse, type Signature } from './sigv4.ts'
import { header, queryPairs, type WireRequest } from './wire.ts'

// Signature Version 2 in a URL of S3: what boto3 and the AWS CLI still presign with in us-east-1, unless they are told otherwise. In headers it is refused.

/** Parameters that name a part of a bucket or object, or its answer's headers: they are signed, others are not. */
const signedParameters = new Set([
  'accelerate', 'acl', 'analytics', 'cors', 'defaultObjectAcl', 'delete', 'inventory', 'lifecycle', 'location', 'logging', 'metrics', 'notification',
  'object-lock', 'partNumber', 'policy', 'replication', 'requestPayment', 'restore', 'select', 'select-type', 'storageClass', 'tagging', 'torrent',
  'uploadId', 'uploads', 'versionId', 'versioning', 'versions', 'website', 'response-cache-control', 'response-content-disposition',
  'response-content-encoding', 'response-content-language', 'response-content-type', 'response-expires',
])

/** Reads the signature of a URL that was presigned with version 2. Undefined for every other request. Throws SignatureFaultError. */
export function parseSignature2(request: WireRequest): Signature | undefined {
  if (request.query === '' || !request.query.includes('AWSAccessKeyId=') || header(request, 'authorization') !== undefined) return undefined
  const query = new Map(queryPairs(request.query))
  const [accessKeyId, signature, expires] = [query.get('AWSAccessKeyId'), query.get('Signature'), query.get('Expires')]
  // The other services' version 2 names itself.
  if (!accessKeyId || !signature || query.has('SignatureVersion')) return undefined
  if (expires === undefined || !/^\d{1,12}$/.test(expires)) {
    const message = 'Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters'
    refuse({ kind: 'incomplete', presigned: true, message, s3: message })
  }
  const sessionToken = header(request, 'x-amz-security-token') ?? query.get('x-amz-security-token')
  return {
    presigned: true, accessKeyId, signature, date: '', region: 'us-east-1', service: 's3', signedHeaders: [], time: '', timeMs: 0,
    expiresAtMs: Number(expires) * 1000, ...sessionToken !== undefined && { sessionToken },
  }
}

/** Verifies such a signature against a secret. Throws SignatureFaultError. */
export function verifySignature2(request: WireRequest, { accessKeyId, signature }: Signature, secretAccessKey: string): void {
  const stringToSign = stringToSign2(request)
  if (sameText(createHmac('sha1', secretAccessKey).update(stringToSign).digest('base64'), signature)) return
  refuse({ kind: 'mismatch', accessKeyId, signature, stringToSign })
}

/** Method, MD5, type, time of expiry, the headers of Amazon, and what is asked for. A signer may put headers into the URL. */
function stringToSign2(request: WireRequest): string {
  const pairs = queryPairs(request.query)
  const query = new Map(pairs)
  const given = (name: string) => header(request, name) ?? query.get(name) ?? ''
  const amazons = [...new Set([...Object.keys(request.headers), ...query.keys()])].filter(name => name.startsWith('x-amz-')).sort()
  const parts = pairs.filter(([name]) => signedParameters.has(name)).sort(([a], [b]) => a < b ? -1 : 1)
  const bucket = bucketOfHost(hostOf(request)) ?? bucketOfLocalhost(hostOf(request))
  const resource = (bucket === undefined ? '' : `/${bucket}`) + request.path + (parts.length === 0 ? '' : '?') +
    parts.map(([name, value]) => value === '' ? name : `${name}=${value}`).join('&')
  return [
    request.method, given('content-md5'), given('content-type'), query.get('Expires'), ...amazons.map(name => `${name}:${given(name).trim()}`), resource,
  ].join('\n')
}
