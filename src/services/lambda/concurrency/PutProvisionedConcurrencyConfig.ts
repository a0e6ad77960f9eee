import { changing, functionRow, lambdaTime, resolve } from '../functions/function.ts'
import { refuseSnapStart } from '../snapstart/settings.ts'
import { refuseTenancy } from '../tenancy/tenant.ts'
import type { Input, Lambda, Output } from '../state.ts'
import { accountConcurrencyMax, InvalidParameterValueException, ResourceConflictException, unreservedConcurrencyMin } from '../state.ts'
import { provisionable, provisionedChanged, provisionedRows, provisionedView } from './configuration.ts'

/** Keeps environments of a version or an alias initialised; they are started after the answer, which says IN_PROGRESS. */
export async function PutProvisionedConcurrencyConfig(
  lambda: Lambda, input: Input<'PutProvisionedConcurrencyConfig'>
): Promise<Output<'PutProvisionedConcurrencyConfig'>> {
  const { name, qualifier } = await provisionable(lambda, input)
  refuseTenancy((await resolve(lambda, name)).row, 'Provisioned concurrency')
  const requested = input.ProvisionedConcurrentExecutions!
  const row = await changing(lambda, name, async scope => {
    await checkQualifier(scope, name, qualifier)
    refuseSnapStart((await resolve(scope, name, qualifier)).row, 'Provisioned Concurrency')
    await checkConcurrency(scope, name, qualifier, requested)
    const made = { account: scope.account, region: scope.region, name, qualifier, requested, lastModified: lambdaTime(scope.now()) }
    await scope.tables.provisioned.put(made)
    return made
  })
  await provisionedChanged(lambda, name)
  const { StatusReason: _, ...view } = provisionedView(lambda, row)
  return { ...view, Status: 'IN_PROGRESS' }
}

/** A version has provisioned concurrency by itself or by an alias, not both, and an alias only where it leads to one version. */
async function checkQualifier(lambda: Lambda, name: string, qualifier: string): Promise<void> {
  const rows = await provisionedRows(lambda, name)
  const isProvisioned = (other: string) => rows.some(row => row.qualifier === other)
  const aliases = await lambda.tables.aliases.list({ prefix: [name] })
  const alias = aliases.find(each => each.alias === qualifier)
  if (!alias) {
    if (!aliases.some(each => each.version === qualifier && isProvisioned(each.alias))) return
    throw new ResourceConflictException('Version is pointed by a Provisioned Concurrency alias')
  }
  if (alias.version === '$LATEST') {
    throw new InvalidParameterValueException('Provisioned Concurrency Configs cannot be applied to unpublished function versions.')
  }
  if (alias.weights) throw new InvalidParameterValueException('Alias with weights can not be used with Provisioned Concurrency')
  if (isProvisioned(alias.version)) {
    throw new ResourceConflictException("Alias can't be used for Provisioned Concurrency configuration on an already Provisioned version")
  }
}

async function checkConcurrency(lambda: Lambda, name: string, qualifier: string, requested: number): Promise<void> {
  const others = (await provisionedRows(lambda, name)).reduce((sum, row) => sum + (row.qualifier === qualifier ? 0 : row.requested), 0)
  const { reservedConcurrency } = await functionRow(lambda, name)
  if (reservedConcurrency !== undefined) {
    if (others + requested <= reservedConcurrency) return
    throw new InvalidParameterValueException('Requested Provisioned Concurrency should not be greater than the reservedConcurrentExecution for function')
  }
  const claimed = await claimedByOthers(lambda, name)
  const unreserved = accountConcurrencyMax - claimed - others
  if (requested > unreserved) {
    throw new InvalidParameterValueException(`Specified ConcurrentExecutions for function is greater than account's unreserved concurrency [${unreserved}].`)
  }
  if (unreserved - requested < unreservedConcurrencyMin) {
    throw new InvalidParameterValueException("Specified ConcurrentExecutions for function decreases account's UnreservedConcurrentExecution "
      + `below its minimum value of [${unreservedConcurrencyMin}].`)
  }
}

/** What the account's other functions have reserved, or provisioned without a reservation. */
export async function claimedByOthers(lambda: Lambda, name: string): Promise<number> {
  const provisioned = new Map<string, number>()
  for (const row of await lambda.tables.provisioned.list({ prefix: [lambda.account, lambda.region] })) {
    provisioned.set(row.name, (provisioned.get(row.name) ?? 0) + row.requested)
  }
  let claimed = 0
  for await (const row of lambda.tables.functions.each()) {
    if (row.name !== name) claimed += row.reservedConcurrency ?? provisioned.get(row.name) ?? 0
  }
  return claimed
}
