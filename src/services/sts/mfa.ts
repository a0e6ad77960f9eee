import { AccessDenied, type Sts } from './state.ts'

const failed = 'MultiFactorAuthentication failed'

/** Whether the caller proves to have a device in hand; false where none is named. Throws AccessDenied for a code that is not right. */
export async function provesMfa(
  sts: Sts, { SerialNumber, TokenCode }: { SerialNumber?: string | undefined, TokenCode?: string | undefined }
): Promise<boolean> {
  if (SerialNumber === undefined && TokenCode === undefined) return false

  if (SerialNumber === undefined || TokenCode === undefined) throw new AccessDenied(`${failed}, must provide both MFA serial number and one time pass code. `)
  if (await sts.state.sessions.checkMfa(sts.principal, SerialNumber, TokenCode)) return true
  throw new AccessDenied(`${failed} with invalid MFA one time pass code. `)
}
