import { AwsError } from '../platform/errors.ts'

/** How a service words the errors of a signature: S3, EC2, the query services, and the JSON services over one path or many. */
export type ErrorFamily = 's3' | 'ec2' | 'query' | 'json' | 'restJson'

/** What is wrong with a signature, before a family of services words it. */
export type SignatureFault =
  | { kind: 'missing' }
  | { kind: 'incomplete', message: string, s3?: string, presigned?: boolean }
  | { kind: 'unsupported', message: string }
  | { kind: 'unknown', accessKeyId: string }
  | { kind: 'expired-token' }
  | { kind: 'invalid-token' }
  | { kind: 'mismatch', message?: string, accessKeyId?: string, stringToSign?: string, signature?: string, canonicalRequest?: string }
  | { kind: 'skewed', message: string, requestTime: string, serverTime: string }
  | { kind: 'url-expired', expiresSeconds?: number, expires: string, serverTime: string }
  | { kind: 'unsigned-headers', names: string }

const invalidToken = 'The security token included in the request is invalid.'
const expiredToken = 'The security token included in the request is expired'
const mismatch = 'The request signature we calculated does not match the signature you provided.'
const consult = ' Check your AWS Secret Access Key and signing method. Consult the service documentation for details.'

/** The error that a service of this family answers; wording and status as AWS has them. */
export function signatureError(fault: SignatureFault, family: ErrorFamily): AwsError {
  if (family === 's3') return s3Error(fault)
  if (family === 'ec2' && (fault.kind === 'unknown' || fault.kind === 'invalid-token')) {
    return error('AuthFailure', 401, 'AWS was not able to validate the provided access credentials')
  }
  if (family === 'ec2' && fault.kind === 'expired-token') return error('RequestExpired', 400, 'Request has expired.')
  const [code, status, message] = common(fault)
  if (family === 'query' || family === 'ec2') return error(code, status, message)
  return error(jsonCodes[code] ?? code, family === 'json' ? 400 : 403, message)
}

/** Code as the query services have it, their status, and the message. */
function common(fault: SignatureFault): [code: string, status: number, message: string] {
  switch (fault.kind) {
    case 'missing': return ['MissingAuthenticationToken', 403, 'Request is missing Authentication Token']
    case 'incomplete':
    case 'unsupported': return ['IncompleteSignature', 400, fault.message]
    case 'unknown':
    case 'invalid-token': return ['InvalidClientTokenId', 403, invalidToken]
    case 'expired-token': return ['ExpiredToken', 403, expiredToken]
    case 'mismatch': return ['SignatureDoesNotMatch', 403, fault.message ?? mismatch + consult]
    case 'skewed': return ['SignatureDoesNotMatch', 403, fault.message]
    case 'url-expired': return ['SignatureDoesNotMatch', 403, `Signature expired: ${fault.expires} is now earlier than ${fault.serverTime}`]
    case 'unsigned-headers': return ['SignatureDoesNotMatch', 403, `'${fault.names}' must be a 'SignedHeader' in the AWS Authorization.`]
  }
}

const jsonCodes: Record<string, string> = {
  MissingAuthenticationToken: 'MissingAuthenticationTokenException',
  IncompleteSignature: 'IncompleteSignatureException',
  InvalidClientTokenId: 'UnrecognizedClientException',
  ExpiredToken: 'ExpiredTokenException',
  SignatureDoesNotMatch: 'InvalidSignatureException',
}

function s3Error(fault: SignatureFault): AwsError {
  switch (fault.kind) {
    case 'missing': return error('AccessDenied', 403, 'Access Denied')
    case 'incomplete': return fault.presigned
      ? error('AuthorizationQueryParametersError', 400, fault.s3 ?? fault.message)
      : error('AuthorizationHeaderMalformed', 400, `The authorization header is malformed; ${fault.s3 ?? fault.message}`)
    case 'unsupported': return error('InvalidRequest', 400, 'The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.')
    case 'unknown': return error('InvalidAccessKeyId', 403, 'The AWS Access Key Id you provided does not exist in our records.', {
      AWSAccessKeyId: fault.accessKeyId,
    })
    case 'expired-token': return error('ExpiredToken', 400, 'The provided token has expired.')
    case 'invalid-token': return error('InvalidToken', 400, 'The provided token is malformed or otherwise invalid.')
    case 'mismatch': return error('SignatureDoesNotMatch', 403, mismatch + ' Check your key and signing method.', {
      AWSAccessKeyId: fault.accessKeyId,
      StringToSign: fault.stringToSign,
      SignatureProvided: fault.signature,
      StringToSignBytes: fault.stringToSign === undefined ? undefined : bytes(fault.stringToSign),
      CanonicalRequest: fault.canonicalRequest,
      CanonicalRequestBytes: fault.canonicalRequest === undefined ? undefined : bytes(fault.canonicalRequest),
    })
    case 'skewed': return error('RequestTimeTooSkewed', 403, 'The difference between the request time and the current time is too large.', {
      RequestTime: fault.requestTime, ServerTime: fault.serverTime, MaxAllowedSkewMilliseconds: '900000',
    })
    case 'url-expired': return error('AccessDenied', 403, 'Request has expired', {
      'X-Amz-Expires': fault.expiresSeconds?.toString(), Expires: fault.expires, ServerTime: fault.serverTime,
    })
    case 'unsigned-headers': return error('AccessDenied', 403, 'There were headers present in the request which were not signed', {
      HeadersNotSigned: fault.names,
    })
  }
}

function error(code: string, status: number, message: string, fields?: Record<string, unknown>): AwsError {
  return new AwsError(code, message, { status, fields })
}

const bytes = (text: string) => Buffer.from(text).toString('hex').replace(/..(?=.)/g, '$& ')
