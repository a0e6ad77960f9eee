import { decodeToken, encodeToken, pageOf } from '../../../platform/pagination.ts'
import { InvalidNextToken, type Input, type Output, type Ssm } from '../state.ts'
import { historyView, parameterNamed } from './parameter.ts'

/** The versions of a parameter, the oldest first: fifty a page at most. */
export async function GetParameterHistory(ssm: Ssm, input: Input<'GetParameterHistory'>): Promise<Output<'GetParameterHistory'>> {
  const { name } = await parameterNamed(ssm, input.Name!)
  const after = input.NextToken === undefined ? undefined : decodeToken('GetParameterHistory', input.NextToken)
  if (input.NextToken !== undefined && !after) throw new InvalidNextToken('The specified token is not valid.')
  const limit = input.MaxResults ?? 50
  const { page, last } = pageOf(await ssm.tables.versions.list({ prefix: [name], limit: limit + 1, ...after && { after: [name, Number(after[0])] } }), limit)
  return {
    Parameters: await Promise.all(page.map(row => historyView(ssm, row, input.WithDecryption))), ...last && {
      NextToken: encodeToken('GetParameterHistory', [last.version]),
    },
  }
}
