import type { Iam, UserRow } from '../state.ts'

/** A report is made anew when it is older than this. */
export const reportFreshMs = 4 * 3_600_000

const columns = [
  'user', 'arn', 'user_creation_time', 'password_enabled', 'password_last_used', 'password_last_changed', 'password_next_rotation', 'mfa_active',
  ...[1, 2].flatMap(n => ['active', 'last_rotated', 'last_used_date', 'last_used_region', 'last_used_service'].map(name => `access_key_${n}_${name}`)),
  'cert_1_active', 'cert_1_last_rotated', 'cert_2_active', 'cert_2_last_rotated',
]

const none = 'N/A'
const iso = (ms: number) => new Date(ms).toISOString().replace(/\.\d+Z$/, '+00:00')

/** The report as AWS writes it: a line for the root and one for each user, comma-separated. */
export async function credentialReport(iam: Iam): Promise<string> {
  const lines = [rootLine(iam)]
  for (const user of await iam.tables.users.list()) lines.push(await userLine(iam, user))
  return [columns.join(','), ...lines.map(line => line.join(','))].join('\n')
}

const noKey = ['false', none, none, none, none]
const noCertificates = ['false', none, 'false', none]

function rootLine(iam: Iam): string[] {
  const arn = `arn:${iam.partition}:iam::${iam.account}:root`
  return ['<root_account>', arn, iso(0), 'not_supported', 'no_information', 'not_supported', 'not_supported', 'false', ...noKey, ...noKey, ...noCertificates]
}

async function userLine(iam: Iam, user: UserRow): Promise<string[]> {
  const login = await iam.tables.logins.get(user.name.toLowerCase())
  const policy = await iam.tables.passwordPolicies.get('policy')
  const hasMfa = (await iam.tables.mfaDevices.list()).some(device => device.user === user.name)
  const next = login && policy?.MaxPasswordAge ? iso(login.changedAt + policy.MaxPasswordAge * 86_400_000) : none
  const password = login ? ['true', 'no_information', iso(login.changedAt), next] : ['false', none, none, none]
  const ids = await iam.tables.userKeys.list({ prefix: [user.name.toLowerCase()] })
  const keys = (await Promise.all(ids.map(({ id }) => iam.tables.accessKeys.get(id)))).filter(key => key !== undefined)
  const certificates = await iam.tables.signingCertificates.list({ prefix: [user.name.toLowerCase()] })
  const certificateColumns = [0, 1]
    .flatMap(at => certificates[at] ? [String(certificates[at].status === 'Active'), iso(certificates[at].createdAt)] : ['false', none])
  const keyColumns = [0, 1].flatMap(at => {
    const key = keys[at]
    if (!key) return noKey
    const used = iam.state.lastUsed(key.id)
    return [String(key.status === 'Active'), iso(key.createdAt), used ? iso(used.at) : none, used?.region ?? none, used?.service ?? none]
  })
  return [user.name, user.arn, iso(user.createdAt), ...password, String(hasMfa), ...keyColumns, ...certificateColumns]
}
