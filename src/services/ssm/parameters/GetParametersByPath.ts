import { decodeToken, encodeToken } from '../../../platform/pagination.ts'
import { InvalidNextToken, ValidationException, type Input, type Output, type Ssm } from '../state.ts'
import { isUnder, passes } from './filters.ts'
import { parameterView } from './parameter.ts'

/** The parameters under a path, at once or at any depth: ten a page at most. */
export async function GetParametersByPath(ssm: Ssm, input: Input<'GetParametersByPath'>): Promise<Output<'GetParametersByPath'>> {
  const path = input.Path!
  if (!path.startsWith('/')) {
    throw new ValidationException(
      'The parameter doesn\'t meet the parameter name requirements. The parameter name must begin with a forward slash "/". It can\'t be prefixed with "aws" '
      + 'or "ssm" (case-insensitive). It must use only letters, numbers, or the following symbols: . (period), - (hyphen), _ (underscore). '
      + 'Special characters are not allowed. All sub-paths, if specified, must use the forward slash symbol "/". Valid example: /get/parameters2-/by1./path0_.',
    )
  }
  const after = input.NextToken === undefined ? undefined : decodeToken('GetParametersByPath', input.NextToken)
  if (input.NextToken !== undefined && !after) throw new InvalidNextToken('The specified token is not valid.')
  const limit = input.MaxResults ?? 10
  const found = []
  for await (const parameter of ssm.tables.parameters.each(after ? { after: [String(after[0])] } : { from: [path] })) {
    if (!parameter.name.startsWith(path)) break
    if (!isUnder(parameter.name, path, input.Recursive ?? false)) continue
    const version = (await ssm.tables.versions.get(parameter.name, parameter.version))!
    if (!passes(input.ParameterFilters, parameter, version)) continue
    found.push(version)
    if (found.length > limit) break
  }
  const page = found.slice(0, limit)
  return {
    Parameters: await Promise.all(page.map(row => parameterView(ssm, row, input.WithDecryption))),
    ...found.length > limit && { NextToken: encodeToken('GetParametersByPath', [page.at(-1)!.name]) },
  }
}
