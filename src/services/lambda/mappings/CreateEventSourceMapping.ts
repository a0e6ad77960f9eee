import { tagProblem } from '../../../platform/tags.ts'
import { checkInvocable } from '../durable/start.ts'
import { resolve } from '../functions/function.ts'
import { functionName } from '../names.ts'
import { refuseTenancy } from '../tenancy/tenant.ts'
import type { Input, Lambda, Output } from '../state.ts'
import { InvalidParameterValueException, ResourceConflictException } from '../state.ts'
import { mappingShown, withCriteria } from './criteria.ts'
import type { MappingRow } from './rows.ts'
import { settingsOf } from './settings.ts'
import { checkSource, sourceKind } from './source.ts'
import { streamSource } from './streams.ts'

/** Makes a function the reader of a queue or a stream; it polls as soon as this answers, with the rights of the function's role. */
export async function CreateEventSourceMapping(lambda: Lambda, input: Input<'CreateEventSourceMapping'>): Promise<Output<'CreateEventSourceMapping'>> {
  const { kind, arn } = sourceKind(input)
  const named = functionName(lambda, input.FunctionName)
  const { row: fn } = await resolve(lambda, named.name, named.qualifier)
  if (fn.durable) checkInvocable(fn, named.qualifier, true)
  refuseTenancy(fn, 'An event source mapping')
  const problem = tagProblem(input.Tags ?? {})
  if (problem) throw new InvalidParameterValueException(problem)
  const position = positionOf(kind, input)
  const { account, region } = lambda
  const row = await withCriteria(lambda, {
    uuid: lambda.newId(), account, region, kind, sourceArn: arn,
    function: { name: named.name, ...named.qualifier !== undefined && { qualifier: named.qualifier } },
    enabled: input.Enabled ?? true, reason: 'USER_INITIATED', ...settingsOf(kind, arn, input), ...position, tags: input.Tags ?? {}, createdMs: lambda.now(),
    modifiedMs: lambda.now(),
  }, input)
  await checkSource(lambda, row, fn)
  const starts = row.position === 'TRIM_HORIZON' || kind === 'sqs' ? [] : await startingPoints(lambda, row, fn.role)
  await lambda.transact(async (scope: Lambda) => {
    for (const other of await scope.tables.mappings.list({ prefix: [account, region] })) {
      if (other.sourceArn === arn && other.function.name === row.function.name && other.function.qualifier === row.function.qualifier) {
        throw new ResourceConflictException(
          `An event source mapping with event source arn (" ${arn} ") and function name (" ${named.name} ") already exists. `
          + `Please update or delete the existing mapping with UUID ${other.uuid}`,
        )
      }
    }
    await scope.tables.mappings.put(row)
    for (const { shard, start } of starts) await scope.tables.checkpoints.put({ uuid: row.uuid, shard, start })
  })
  lambda.state.mappings.apply(row)
  return mappingShown(lambda, row, row.enabled ? 'Creating' : 'Disabled')
}

function positionOf(
  kind: MappingRow['kind'], { StartingPosition: position, StartingPositionTimestamp: timestamp }: Input<'CreateEventSourceMapping'>
): Pick<MappingRow, 'position' | 'positionMs'> {
  if (kind === 'sqs') {
    if (position !== undefined) throw new InvalidParameterValueException('StartingPosition is not valid for SQS event sources.')
    return {}
  }
  if (position === undefined) {
    {
    throw new InvalidParameterValueException(
      "1 validation error detected: Value null at 'startingPosition' failed to satisfy constraint: Member must not be null."
    )
  }
  }
  if (position !== 'AT_TIMESTAMP') return { position }
  if (kind === 'dynamodb') throw new InvalidParameterValueException('Unsupported starting position for arn type: AT_TIMESTAMP')
  if (!timestamp) throw new InvalidParameterValueException('StartingPositionTimestamp is required when StartingPosition is AT_TIMESTAMP.')
  return { position, positionMs: timestamp.getTime() }
}

/** What LATEST means now, and a time, for the shards that there are: a shard that comes later is read from its beginning. */
async function startingPoints(lambda: Lambda, row: MappingRow, role: string) {
  const aws = lambda.as({ role, sessionName: row.function.name.padEnd(2, '_') })
  const source = streamSource(lambda, async () => aws, row, async () => role)
  const ids = (await source.shards()).map(shard => shard.id)
  return Promise.all(ids.map(async shard => ({
    shard, start: row.position === 'AT_TIMESTAMP' ? { type: 'AT_TIMESTAMP' as const, ms: row.positionMs! } : {
      type: 'ITERATOR' as const, iterator: await source.iterator(shard, { type: 'LATEST' }), ms: lambda.now(),
    },
  })))
}
