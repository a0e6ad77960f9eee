import type { ListExportsInput, ListExportsOutput } from '@aws-sdk/client-cloudformation'
import { decodeToken, encodeToken, pageOf } from '../../../platform/pagination.ts'
import type { CloudFormation } from '../state.ts'
import { ValidationError } from '../template/template.ts'

const pageMax = 100

/** The exports of this account and region, by name, 100 a page. */
export async function ListExports(cfn: CloudFormation, input: ListExportsInput): Promise<ListExportsOutput> {
  const after = input.NextToken === undefined ? undefined : decodeToken('ListExports', input.NextToken)
  if (input.NextToken !== undefined && !after) throw new ValidationError('The specified NextToken is not valid.')
  const { page, last } = pageOf(await cfn.tables.exports.list({ limit: pageMax + 1, ...after && { after } }), pageMax)
  return {
    Exports: page.map(row => ({ ExportingStackId: row.stackId, Name: row.name, Value: row.value })),
    ...last && { NextToken: encodeToken('ListExports', [last.name]) },
  }
}
