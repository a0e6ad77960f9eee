import { resolve } from '../functions/function.ts'
import { functionName } from '../names.ts'
import { refuseTenancy } from '../tenancy/tenant.ts'
import type { Input, Lambda, Output } from '../state.ts'
import { mappingShown, withCriteria } from './criteria.ts'
import { mappingRow } from './mapping.ts'
import { settingsOf } from './settings.ts'
import { checkSource } from './source.ts'

/** Changes a mapping: what the request does not name stays. The poller goes on from where it is. */
export async function UpdateEventSourceMapping(lambda: Lambda, input: Input<'UpdateEventSourceMapping'>): Promise<Output<'UpdateEventSourceMapping'>> {
  const before = await mappingRow(lambda, input.UUID)
  const { name, qualifier } = input.FunctionName === undefined ? {
    ...before.function, qualifier: before.function.qualifier,
  } : functionName(lambda, input.FunctionName)
  const { uuid, account, region, kind, sourceArn, position, positionMs, tags, createdMs } = before
  const row = await withCriteria(lambda, {
    uuid, account, region, kind, sourceArn, function: { name, ...qualifier !== undefined && { qualifier } }, enabled: input.Enabled ?? before.enabled,
    reason: 'USER_INITIATED',
    ...settingsOf(kind, sourceArn, input, before), ...position && { position }, ...positionMs !== undefined && { positionMs }, tags, createdMs,
    modifiedMs: lambda.now(),
  }, input, before)
  if (input.FunctionName !== undefined) refuseTenancy((await resolve(lambda, name, qualifier)).row, 'An event source mapping')
  if (input.FunctionName !== undefined || row.onFailure !== before.onFailure) await checkSource(lambda, row, (await resolve(lambda, name, qualifier)).row)
  await lambda.tables.mappings.put(row)
  lambda.state.mappings.apply(row)
  return mappingShown(lambda, row, row.enabled === before.enabled ? 'Updating' : row.enabled ? 'Enabling' : 'Disabling')
}
