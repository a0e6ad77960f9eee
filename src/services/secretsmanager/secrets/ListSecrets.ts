import { decodeToken, encodeToken } from '../../../platform/pagination.ts'
import { InvalidNextTokenException, type Input, type Output, type SecretRow, type SecretsManager } from '../state.ts'
import { listedView } from './DescribeSecret.ts'
import { passes } from './filters.ts'
import { versionsOf } from './secret.ts'

type Sort = Pick<Input<'ListSecrets'>, 'SortBy' | 'SortOrder'>

/** The account's secrets, a hundred a page where MaxResults is not given. Those marked for deletion only with IncludePlannedDeletion. */
export async function ListSecrets(scope: SecretsManager, input: Input<'ListSecrets'>): Promise<Output<'ListSecrets'>> {
  const rows = await scope.tables.secrets.list()
  const wanted = rows.filter(row => (input.IncludePlannedDeletion || row.deletionMs === undefined) && passes(row, scope.region, input.Filters))
  const { page, next } = pageOfSecrets('ListSecrets', wanted, input, input)
  const SecretList = await Promise.all(page.map(async row => listedView(row, await versionsOf(scope, row))))
  return { SecretList, ...next !== undefined && { NextToken: next } }
}

/** A page of secrets in order, after the one that the token names. */
export function pageOfSecrets(
  kind: string, rows: readonly SecretRow[], { SortBy, SortOrder = 'asc' }: Sort,
  { NextToken, MaxResults = 100 }: { NextToken?: string | undefined, MaxResults?: number | undefined },
): { page: SecretRow[], next: string | undefined } {
  const token = NextToken === undefined ? undefined : decodeToken(kind, NextToken)
  if (NextToken !== undefined && !token) throw new InvalidNextTokenException('Invalid token')
  const direction = SortOrder === 'desc' ? -1 : 1
  const compare = (a: readonly (string | number)[], b: readonly (string | number)[]) =>
    direction * (a[0]! < b[0]! ? -1 : a[0]! > b[0]! ? 1 : a[1]! < b[1]! ? -1 : a[1]! > b[1]! ? 1 : 0)
  const keyed = rows.map(row => ({ row, key: [sortValue(row, SortBy), row.name] })).sort((a, b) => compare(a.key, b.key))
  const after = token ? keyed.filter(({ key }) => compare(key, token) > 0) : keyed
  const page = after.slice(0, MaxResults)
  return { page: page.map(({ row }) => row), next: after.length > MaxResults ? encodeToken(kind, page.at(-1)!.key) : undefined }
}

function sortValue(row: SecretRow, by: Sort['SortBy']): string | number {
  if (by === 'name') return row.name
  if (by === 'last-changed-date') return row.changedMs
  return by === 'last-accessed-date' ? row.accessedMs ?? 0 : row.createdMs
}
