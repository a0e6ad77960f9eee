import { aliasRow } from '../aliases/alias.ts'
import { functionRow, resolve } from '../functions/function.ts'
import { functionArn, functionName } from '../names.ts'
import type { Lambda, ProvisionedRow } from '../state.ts'
import { InvalidParameterValueException, ProvisionedConcurrencyConfigNotFoundException } from '../state.ts'

interface Named { FunctionName?: string | undefined, Qualifier?: string | undefined }

/** The version or alias that a request on provisioned concurrency names; throws as AWS does where there is none of it. */
export async function provisionable(lambda: Lambda, input: Named): Promise<{ name: string, qualifier: string }> {
  const { name, qualifier } = functionName(lambda, input.FunctionName, input.Qualifier)
  if (!qualifier || qualifier === '$LATEST') {
    throw new InvalidParameterValueException('Provisioned Concurrency Configs cannot be applied to unpublished function versions.')
  }
  await functionRow(lambda, name, qualifier)
  if (/^\d+$/.test(qualifier)) await resolve(lambda, name, qualifier)
  else await aliasRow(lambda, name, qualifier)
  return { name, qualifier }
}

export async function provisionedRow(lambda: Lambda, name: string, qualifier: string): Promise<ProvisionedRow> {
  const row = await lambda.tables.provisioned.get(lambda.account, lambda.region, name, qualifier)
  if (!row) throw new ProvisionedConcurrencyConfigNotFoundException('No Provisioned Concurrency Config found for this function')
  return row
}

/** The configurations of a function. */
export const provisionedRows = (lambda: Lambda, name: string): Promise<ProvisionedRow[]> =>
  lambda.tables.provisioned.list({ prefix: [lambda.account, lambda.region, name] })

/** A configuration and how far it is, as the API shows it. */
export function provisionedView(lambda: Lambda, row: ProvisionedRow) {
  const { allocated, status, reason } = lambda.state.provisioned.state(lambda, row)
  return {
    RequestedProvisionedConcurrentExecutions: row.requested, AvailableProvisionedConcurrentExecutions: allocated,
    AllocatedProvisionedConcurrentExecutions: allocated, Status: status, ...reason && { StatusReason: reason }, LastModified: row.lastModified,
  }
}

/** The same in a list, with its ARN. */
export const provisionedItem = (lambda: Lambda, row: ProvisionedRow) => ({
  FunctionArn: functionArn(lambda, row.name, row.qualifier), ...provisionedView(lambda, row),
})

/** After the commit of a change that provisioned concurrency may follow: an alias that leads elsewhere, a version that is gone. */
export async function provisionedChanged(lambda: Lambda, name: string): Promise<void> {
  lambda.state.limits.forget(lambda)
  await lambda.state.provisioned.apply(lambda, name)
}
