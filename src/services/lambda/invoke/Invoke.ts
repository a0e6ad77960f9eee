import { functionArn, functionName, scopeOf } from '../names.ts'
import type { Input, Lambda, Output } from '../state.ts'
import { InvalidParameterValueException } from '../state.ts'
import { accept } from '../async/queue.ts'
import { checkTenant } from '../tenancy/tenant.ts'
import { checkJson, payloadOf } from './payload.ts'
import { execute, startAsync } from '../durable/execute.ts'
import { executionArn } from '../durable/execution.ts'

/** Invokes a function: waits for its answer, or accepts the event durably, or only checks that it could. */
export async function Invoke(caller: Lambda, input: Input<'Invoke'>): Promise<Output<'Invoke'>> {
  const lambda = scopeOf(caller, input.FunctionName)
  const { name, qualifier } = functionName(lambda, input.FunctionName, input.Qualifier)
  const type = input.InvocationType ?? 'RequestResponse'
  const payload = payloadOf(input, type)
  const loaded = await lambda.state.cache.get(lambda, name, qualifier)
  checkJson(payload)
  checkTenant(loaded.row, input.TenantId)
  if (input.DurableExecutionName !== undefined && !loaded.row.durable) {
    throw new InvalidParameterValueException('DurableExecutionName is for durable functions.')
  }
  if (type === 'DryRun') return { StatusCode: 204 }
  const event = payload.byteLength > 0 ? payload : Buffer.from('{}')
  const tenant = input.TenantId === undefined ? {} : { tenantId: input.TenantId }
  const work = {
    name, qualifier, payload: event, clientContext: input.ClientContext, requestId: lambda.requestId, wantsLog: input.LogType === 'Tail',
    executionName: input.DurableExecutionName, ...tenant,
  }
  if (type === 'Event' && loaded.row.durable) {
    return { StatusCode: 202, DurableExecutionArn: executionArn(lambda, await startAsync(lambda, loaded, work)) }
  }
  if (type === 'Event') {
    await accept(lambda, { name, qualifier, event: Buffer.from(event).toString(), requestId: lambda.requestId, acceptedAt: lambda.now(), ...tenant })
    return { StatusCode: 202 }
  }
  await lambda.state.limits.rate(lambda, functionArn(lambda, name), loaded.fn.reservedConcurrency)
  const ran = await execute(lambda, loaded, work)
  return {
    StatusCode: 200, ExecutedVersion: ran.version, Payload: ran.payload as NonNullable<Output<'Invoke'>['Payload']>,
    ...ran.executionArn !== undefined && { DurableExecutionArn: ran.executionArn }, ...ran.functionError && { FunctionError: ran.functionError },
    ...input.LogType === 'Tail' && { LogResult: Buffer.from(ran.logTail).subarray(-4096).toString('base64') },
  }
}
