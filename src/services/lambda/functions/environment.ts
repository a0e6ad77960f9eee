import { createHash } from 'node:crypto'
import { AwsError } from '../../../platform/errors.ts'
import { seal, unseal } from '../../../platform/sealing.ts'
import type { Aws } from '../../../contracts/aws.ts'
import { functionArn } from '../names.ts'
import type { Input, Lambda, VersionRow } from '../state.ts'
import { InvalidParameterValueException, KMSAccessDeniedException, KMSDisabledException, KMSInvalidStateException, KMSNotFoundException } from '../state.ts'

const purpose = 'lambda.environment'

export type Variables = Record<string, string>

const contextOf = (lambda: Lambda, row: VersionRow) => ({ 'aws:lambda:FunctionArn': functionArn(lambda, row.name) })

/**
 * The settings with their variables sealed: under the function's key of KMS, as the caller, or under the cloud's own. With a key, the function's role is
 * granted its decryption, as Lambda does on AWS. What has not changed stays as it was sealed.
 */
export async function withSealedEnvironment(
  lambda: Lambda, before: VersionRow, settled: VersionRow, input: Pick<Input<'UpdateFunctionConfiguration'>, 'Environment' | 'KMSKeyArn'>,
): Promise<VersionRow> {
  const { kmsKeyArn: _, ...rest } = settled
  const keyArn = input.KMSKeyArn === undefined ? before.kmsKeyArn : input.KMSKeyArn || undefined
  const row: VersionRow = { ...rest, environment: {}, ...keyArn !== undefined && { kmsKeyArn: keyArn } }
  const isKeyOld = keyArn === before.kmsKeyArn
  const given = input.Environment && (input.Environment.Variables ?? {})
  if (!given && isKeyOld && (keyArn === undefined || row.role === before.role) && Object.keys(before.environment).length === 0) return row
  const variables = given ?? await openEnvironment(lambda, before, lambda.aws)
  const { sealedEnvironment: __, ...bare } = row
  if (Object.keys(variables).length === 0) return bare
  if (keyArn === undefined) {
    const isSame = isKeyOld && before.sealedEnvironment && same(await openEnvironment(lambda, before, lambda.aws), variables)
    return isSame ? row : { ...bare, sealedEnvironment: new Uint8Array(seal(lambda, purpose, JSON.stringify(variables), contextOf(lambda,
      row)['aws:lambda:FunctionArn'])) }
  }
  return { ...bare, sealedEnvironment: await encrypted(lambda, row, keyArn, variables) }
}

async function encrypted(lambda: Lambda, row: VersionRow, keyArn: string, variables: Variables): Promise<Uint8Array> {
  const context = contextOf(lambda, row)
  const refuse = (operation: string) => (error: unknown) => {
    if (!(error instanceof AwsError) || error.status >= 500) throw error
    throw new InvalidParameterValueException('Lambda was unable to configure access to your environment variables because the KMS key is invalid for '
      + `${operation}. Please check your KMS key settings. KMS Exception: ${error.code} KMS Message: ${error.message}`)
  }
  const { CiphertextBlob } = await lambda.aws.kms.Encrypt({
    KeyId: keyArn, Plaintext: Buffer.from(JSON.stringify(variables)), EncryptionContext: context,
  }).catch(refuse('Encrypt'))
  await lambda.aws.kms.CreateGrant({
    KeyId: keyArn, GranteePrincipal: row.role, Operations: ['Decrypt'], Constraints: { EncryptionContextEquals: context },
    Name: `lambda-${createHash('sha256').update(`${row.name} ${row.role}`).digest('hex').slice(0, 32)}`,
  }).catch(refuse('CreateGrant'))
  return CiphertextBlob!
}

/** A version's variables, with a key of KMS as whoever `aws` acts for. */
export async function openEnvironment(lambda: Lambda, row: VersionRow, aws: Aws): Promise<Variables> {
  // A row of an earlier build has them in the clear.
  if (!row.sealedEnvironment) return row.environment
  const context = contextOf(lambda, row)
  if (row.kmsKeyArn === undefined) return JSON.parse(unseal(lambda, purpose, row.sealedEnvironment, context['aws:lambda:FunctionArn']).toString())
  const { Plaintext } = await aws.kms.Decrypt({ KeyId: row.kmsKeyArn, CiphertextBlob: row.sealedEnvironment, EncryptionContext: context })
  return JSON.parse(Buffer.from(Plaintext!).toString())
}

/** How Lambda names the errors of KMS, and says them. */
export const kmsErrors: Record<string, [new (message: string) => AwsError, string]> = {
  AccessDeniedException: [KMSAccessDeniedException, 'KMS access was denied'],
  DisabledException: [KMSDisabledException, 'the KMS key used is disabled'],
  KMSInvalidStateException: [KMSInvalidStateException, 'the KMS key used is in an invalid state'],
  NotFoundException: [KMSNotFoundException, 'the KMS key was not found'],
}

/** The variables of an environment that starts, decrypted under the function's role. */
export async function environmentToStart(lambda: Lambda, row: VersionRow): Promise<Variables> {
  if (row.kmsKeyArn === undefined) return openEnvironment(lambda, row, lambda.aws)
  const role = lambda.as({ role: row.role, sessionName: row.name.padEnd(2, '_'), sourceArn: functionArn(lambda, row.name) })
  return openEnvironment(lambda, row, role).catch(error => {
    const [Failure, why] = (error instanceof AwsError ? kmsErrors[error.code] : undefined) ?? []
    if (!Failure) throw error
    throw new Failure(`Lambda was unable to decrypt the environment variables because ${why}. Please check the function's KMS key settings. `
      + `KMS Exception: ${error.code}KMS Message: ${error.message}`)
  })
}

/** As configurations show them: a caller who may not decrypt them sees why. */
export async function shownEnvironment(lambda: Lambda, row: VersionRow): Promise<{ Variables?: Variables, Error?: { ErrorCode: string,
  Message: string } } | undefined> {
  try {
    const variables = await openEnvironment(lambda, row, lambda.aws)
    return Object.keys(variables).length > 0 ? { Variables: variables } : undefined
  } catch (error) {
    if (!(error instanceof AwsError) || error.status >= 500) throw error
    const Message = 'Lambda was unable to decrypt your environment variables because the KMS access was denied. '
      + `Please check your KMS permissions. KMS Exception: ${error.code} KMS Message: ${error.message}`
    return { Error: { ErrorCode: error.code, Message } }
  }
}

const sorted = (variables: Variables): string => JSON.stringify(Object.entries(variables).sort())
const same = (a: Variables, b: Variables): boolean => sorted(a) === sorted(b)
