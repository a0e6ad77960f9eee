import { AwsError } from '../../../platform/errors.ts'
import { noSuchKey, type ObjectRow } from '../state.ts'

interface Conditional {
  IfMatch?: string | undefined
  IfNoneMatch?: string | undefined
  IfModifiedSince?: Date | undefined
  IfUnmodifiedSince?: Date | undefined
}

const preconditionFailed = (condition: string) =>
  new AwsError('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', { status: 412, fields: { Condition: condition } })

/** Whether an If-Match or If-None-Match names the entity tag. */
const names = (header: string, etag: string) => header.split(',').some(one => ['*', etag, `"${etag}"`, `W/"${etag}"`].includes(one.trim()))
const seconds = (date: Date | number) => Math.floor(Number(date) / 1000)

/**
 * The conditions of a read, in the order of RFC 9110: an If-Match that holds beats If-Unmodified-Since, an If-None-Match that fails beats If-Modified-Since.
 */
export function checkReadConditions(input: Conditional, object: ObjectRow): void {
  if (input.IfMatch !== undefined) {
    if (!names(input.IfMatch, object.etag)) throw preconditionFailed('If-Match')
  } else if (input.IfUnmodifiedSince && seconds(object.modifiedAt) > seconds(input.IfUnmodifiedSince)) throw preconditionFailed('If-Unmodified-Since')
  const unchanged = input.IfNoneMatch === undefined
    ? input.IfModifiedSince !== undefined && seconds(object.modifiedAt) <= seconds(input.IfModifiedSince)
    : names(input.IfNoneMatch, object.etag)
  if (unchanged) throw new AwsError('NotModified', 'Not Modified', { status: 304 })
}

/** The conditions of a write on what is there: If-None-Match takes only `*`. */
export function checkWriteConditions(
  input: { IfMatch?: string | undefined, IfNoneMatch?: string | undefined }, key: string, latest: ObjectRow | undefined
): void {
  const object = latest?.isDeleteMarker ? undefined : latest
  if (input.IfNoneMatch !== undefined) {
    if (input.IfNoneMatch !== '*') {
      throw new AwsError('NotImplemented', 'A header you provided implies functionality that is not implemented', {
        status: 501, fields: { Header: 'If-None-Match' }
      })
    }
    if (object) throw preconditionFailed('If-None-Match')
  }
  if (input.IfMatch !== undefined) {
    if (!object) throw noSuchKey(key)
    if (!names(input.IfMatch, object.etag)) throw preconditionFailed('If-Match')
  }
}
