import type { Credentials, Lambda, RoleCredentials } from '../state.ts'

const renewBeforeMs = 15 * 60_000

export function roleCredentials(): RoleCredentials {
  const held = new Map<string, Promise<Credentials>>()
  return {
    async get(lambda, role, functionName) {
      const key = `${lambda.account} ${lambda.region} ${role} ${functionName}`
      const current = await held.get(key)?.catch(() => undefined)
      if (current && current.expiresAt - renewBeforeMs > lambda.now()) return current
      const assuming = assume(lambda, role, functionName)
      held.set(key, assuming)
      assuming.catch(() => held.delete(key))
      return assuming
    },
    async trial(lambda, role, functionName) { await assume(lambda, role, functionName) },
  }
}

async function assume(lambda: Lambda, role: string, functionName: string): Promise<Credentials> {
  // A session's name has two characters at least; a function's may have one.
  const sessionName = functionName.padEnd(2, '_')
  const { Credentials: found } = await lambda.as({ service: 'lambda.amazonaws.com' }).sts.AssumeRole({ RoleArn: role, RoleSessionName: sessionName })
  if (!found) throw new Error('AssumeRole answered no credentials')
  return {
    accessKeyId: found.AccessKeyId!, secretAccessKey: found.SecretAccessKey!, sessionToken: found.SessionToken!, expiresAt: new Date(found.Expiration!).getTime(),
  }
}
