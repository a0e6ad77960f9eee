import { decodeToken, encodeToken } from '../../../platform/pagination.ts'
import { InvalidNextToken, parameterArn, ValidationException, type Input, type Output, type Ssm, type VersionRow } from '../state.ts'
import { passes } from './filters.ts'
import { versionView } from './parameter.ts'

/** What is known of the parameters, without their values: ten a page where MaxResults is not given. */
export async function DescribeParameters(ssm: Ssm, input: Input<'DescribeParameters'>): Promise<Output<'DescribeParameters'>> {
  if (input.Filters?.length && input.ParameterFilters?.length) {
    throw new ValidationException('You can use either Filters or ParameterFilters in a single request.')
  }
  if (input.Shared) return { Parameters: [] }
  const filters = input.ParameterFilters ?? input.Filters?.map(({ Key, Values }) => ({ Key, Values, Option: Key === 'Name' ? 'BeginsWith' : 'Equals' }))
  const after = input.NextToken === undefined ? undefined : decodeToken('DescribeParameters', input.NextToken)
  if (input.NextToken !== undefined && !after) throw new InvalidNextToken('The specified token is not valid.')
  const limit = input.MaxResults ?? 10
  const found: VersionRow[] = []
  for await (const parameter of ssm.tables.parameters.each(after ? { after: [String(after[0])] } : {})) {
    const version = (await ssm.tables.versions.get(parameter.name, parameter.version))!
    if (passes(filters, parameter, version)) found.push(version)
    if (found.length > limit) break
  }
  const page = found.slice(0, limit)
  return {
    Parameters: page.map(row => ({ ...versionView(row), ARN: parameterArn(ssm, row.name) })),
    ...found.length > limit && { NextToken: encodeToken('DescribeParameters', [page.at(-1)!.name]) },
  }
}
