import { functionArn } from '../names.ts'
import type { Credentials, Lambda, RoleCredentials } from '../state.ts'

const renewBeforeMs = 15 * 60_000

export function roleCredentials(): RoleCredentials {
  const held = new Map<string, Promise<Credentials>>()
  const begin = (key: string, lambda: Lambda, role: string, functionName: string) => {
    const assuming = assume(lambda, role, functionName)
    held.set(key, assuming)
    assuming.catch(() => held.delete(key))
    return assuming
  }
  const keyOf = (lambda: Lambda, role: string, functionName: string) => `${lambda.account} ${lambda.region} ${role} ${functionName}`
  return {
    async get(lambda, role, functionName) {
      const key = keyOf(lambda, role, functionName)
      const current = await held.get(key)?.catch(() => undefined)
      if (current && current.expiresAt - renewBeforeMs > lambda.now()) return current
      return begin(key, lambda, role, functionName)
    },
    // The first environment of the function finds them.
    async trial(lambda, role, functionName) { await begin(keyOf(lambda, role, functionName), lambda, role, functionName) },
  }
}

async function assume(lambda: Lambda, role: string, functionName: string): Promise<Credentials> {
  // A session's name has two characters at least; a function's may have one.
  const sessionName = functionName.padEnd(2, '_')
  const { Credentials: found } = await lambda.as({ service: 'lambda.amazonaws.com', sourceArn: functionArn(lambda, functionName) })
    .sts.AssumeRole({ RoleArn: role, RoleSessionName: sessionName })
  if (!found) throw new Error('AssumeRole answered no credentials')
  return {
    accessKeyId: found.AccessKeyId!, secretAccessKey: found.SecretAccessKey!, sessionToken: found.SessionToken!,
    expiresAt: new Date(found.Expiration!).getTime(),
  }
}
