import { entity } from '../entities.ts'
import { NoSuchEntity, type Iam, type LoginRow } from '../state.ts'

/** The login profile of a user; throws NoSuchEntity. */
export async function login(iam: Iam, userName: string | undefined): Promise<LoginRow> {
  const user = await entity(iam, 'user', userName)
  const row = await iam.tables.logins.get(user.name.toLowerCase())
  if (!row) throw new NoSuchEntity(`Login Profile for User ${userName} cannot be found.`)
  return row
}

export const loginView = (row: LoginRow) => ({ UserName: row.user, CreateDate: new Date(row.createdAt), PasswordResetRequired: row.resetRequired })
