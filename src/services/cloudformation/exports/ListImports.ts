import type { ListImportsInput, ListImportsOutput } from '@aws-sdk/client-cloudformation'
import type { CloudFormation } from '../state.ts'
import { ValidationError } from '../template/template.ts'

/** The stacks that import an export. */
export async function ListImports(cfn: CloudFormation, input: ListImportsInput): Promise<ListImportsOutput> {
  const name = input.ExportName ?? ''
  const users = await cfn.tables.imports.list({ prefix: [name] })
  if (users.length === 0) throw new ValidationError(`Export '${name}' is not imported by any stack.`)
  return { Imports: users.map(user => user.stackName) }
}
