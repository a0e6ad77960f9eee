import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { PasswordPolicyViolation, type Iam, type PasswordHash } from '../state.ts'

const derive = promisify(scrypt) as (password: string, salt: Uint8Array, length: number) => Promise<Buffer>
const hashBytes = 32

/** A password as it is kept: its scrypt hash, with a salt of its own. */
export async function hashPassword(password: string): Promise<PasswordHash> {
  const salt = randomBytes(16)
  return { salt: new Uint8Array(salt), hash: new Uint8Array(await derive(password, salt, hashBytes)) }
}

export async function isPassword(password: string, { salt, hash }: PasswordHash): Promise<boolean> {
  return timingSafeEqual(await derive(password, salt, hashBytes), hash)
}

const symbols = /[!@#$%^&*()_+\-=[\]{}|']/

/** Throws PasswordPolicyViolation where the account's policy, or AWS's default one, does not take the password. */
export async function checkPassword(iam: Iam, password: string): Promise<void> {
  const policy = await iam.tables.passwordPolicies.get('policy')
  const kinds = { uppercase: /[A-Z]/.test(password), lowercase: /[a-z]/.test(password), number: /[0-9]/.test(password), symbol: symbols.test(password) }
  const lengthMin = policy?.MinimumPasswordLength ?? 8
  if (password.length < lengthMin) throw new PasswordPolicyViolation(`Password should have a minimum length of ${lengthMin}`)
  if (!policy) {
    if (Object.values(kinds).filter(Boolean).length < 3) {
      throw new PasswordPolicyViolation(
        'Password should have at least three of: uppercase letters, lowercase letters, numbers, and non-alphanumeric characters'
      )
    }
    return
  }
  if (policy.RequireUppercaseCharacters && !kinds.uppercase) throw new PasswordPolicyViolation('Password should have at least one uppercase letter')
  if (policy.RequireLowercaseCharacters && !kinds.lowercase) throw new PasswordPolicyViolation('Password should have at least one lowercase letter')
  if (policy.RequireNumbers && !kinds.number) throw new PasswordPolicyViolation('Password should have at least one number')
  if (policy.RequireSymbols && !kinds.symbol) throw new PasswordPolicyViolation('Password should have at least one symbol')
}

/** Whether the password is one of the last that the policy keeps from being used again. */
export async function checkReuse(iam: Iam, password: string, before: PasswordHash[]): Promise<void> {
  const kept = (await iam.tables.passwordPolicies.get('policy'))?.PasswordReusePrevention ?? 0
  for (const one of before.slice(0, kept)) {
    if (await isPassword(password, one)) throw new PasswordPolicyViolation('Password has been used before and the password policy prevents its reuse')
  }
}

export const rememberedMax = 24
