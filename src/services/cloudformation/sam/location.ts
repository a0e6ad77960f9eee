import { invalidResource } from './errors.ts'
import { isDict, truthy } from './python.ts'
import type { Dict, Value } from './python.ts'

/** `s3://bucket/key?versionId=v` taken apart; undefined for anything else. */
export function parseS3Uri(uri: Value): Dict | undefined {
  const match = typeof uri === 'string' ? /^s3:\/\/([^/?#]+)(\/[^?#]*)(?:\?([^#]*))?/i.exec(uri) : null
  if (!match) return undefined
  const versions = new URLSearchParams(match[3] ?? '').getAll('versionId').filter(version => version !== '')
  return { Bucket: match[1]!, Key: match[2]!.replace(/^\/+/, ''), ...versions.length === 1 ? { Version: versions[0]! } : {} }
}

/** Bucket, Key and Version of a location, given as a URI or a map. */
export function s3Pointer(uri: Value, id: string, property: string): Dict {
  if (isDict(uri)) {
    if (!truthy(uri.Bucket) || !truthy(uri.Key)) throw invalidResource(id, `'${property}' requires Bucket and Key properties to be specified.`)
    return uri
  }
  const pointer = parseS3Uri(uri)
  if (!pointer) throw invalidResource(id, `'${property}' is not a valid S3 Uri of the form 's3://bucket/key' with optional versionId query parameter.`)
  return pointer
}

/** A location as Lambda's Code and Content properties name it. */
export function codeLocation(uri: Value, id: string, property: string): Dict {
  if (!isDict(uri) && typeof uri !== 'string') throw invalidResource(id, `'${property}' must be of type dict or string.`)
  const dynamic = typeof uri === 'string' ? /\{\{resolve:(ssm|ssm-secure|secretsmanager):[a-zA-Z0-9_.\-/]+(:\d+)?\}\}/.exec(uri) : null
  if (dynamic?.[0].includes('/')) {
    throw invalidResource(id, `Unsupported dynamic reference detected in '${property}'. Please consider using alternative 'FunctionCode' object format.`)
  }
  const pointer = s3Pointer(uri, id, property)
  return {
    S3Bucket: pointer.Bucket, S3Key: pointer.Key, ...'Version' in pointer ? { S3ObjectVersion: pointer.Version } : {},
    ...'StorageMode' in pointer ? { S3ObjectStorageMode: pointer.StorageMode } : {},
  }
}

export function bodyLocation(uri: Value, id: string): Dict {
  const pointer = s3Pointer(uri, id, 'DefinitionUri')
  return { Bucket: pointer.Bucket, Key: pointer.Key, ...'Version' in pointer ? { Version: pointer.Version } : {} }
}
