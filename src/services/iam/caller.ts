import { ValidationError, type Iam } from './state.ts'

/** The user whom an operation is about: the named one, or the one who calls. */
export function userOrCaller(iam: Iam, name: string | undefined): string {
  if (name !== undefined) return name
  if (iam.principal.type === 'user') return iam.principal.arn.slice(iam.principal.arn.lastIndexOf('/') + 1)
  throw new ValidationError('Must specify userName when calling with non-User credentials')
}
