import type { ResourceContext, ResourceType } from '../../../platform/resource-type.ts'
import { signalPath } from '../claims.ts'
import { signalTarget, type CloudFormation, type SignalRow } from '../state.ts'
import { isObject } from '../template/template.ts'
import { StepError, Untouched, Waiting } from './errors.ts'

const timeoutSecondsMax = 43_200

/** AWS::CloudFormation::WaitConditionHandle: an address that takes signals; who knows it may signal. */
export function waitConditionHandle(cfn: CloudFormation): ResourceType {
  const tokenOf = (id: string) => id.slice(id.lastIndexOf('/') + 1)
  return {
    properties: {},
    async create(context) {
      const token = cfn.newId()
      await cfn.transact(tx => tx.tables.handles.put({ token, stackId: context.stackId, logicalId: context.logicalId }))
      return { id: `${context.endpoint}${signalPath}${context.account}/${context.region}/${token}` }
    },
    update: async () => notUpdatable('AWS::CloudFormation::WaitConditionHandle'),
    delete: (_, id) => cfn.transact(async tx => {
      await tx.tables.handles.delete(tokenOf(id))
      await forget(tx, tokenOf(id))
    }),
  }
}

/**
 * AWS::CloudFormation::WaitCondition: stands once it has been signalled as often as `Count` says, at its handle's address, or by SignalResource where
 * a creation policy asks for that. It waits by leaving the operation: a signal, or the time that it has, takes the operation up again.
 */
export function waitCondition(cfn: CloudFormation): ResourceType {
  return {
    properties: { Handle: 'optional', Timeout: 'optional', Count: 'optional' },
    async create(context, properties) {
      const wait = waitOf(context, properties)
      const { signals, startedAt } = await cfn.transact(async tx => {
        const waiting = await tx.tables.waits.get(context.stackId, context.logicalId) ?? {
          stackId: context.stackId, logicalId: context.logicalId, startedAt: tx.now(),
        }
        await tx.tables.waits.put(waiting)
        return { signals: await tx.tables.signals.list({ prefix: [wait.target] }), startedAt: waiting.startedAt }
      })
      const end = outcome(wait, signals, cfn.now() >= startedAt + wait.timeoutSeconds * 1000)
      if (end === undefined) throw new Waiting(startedAt + wait.timeoutSeconds * 1000)
      await cfn.transact(async tx => {
        await tx.tables.waits.delete(context.stackId, context.logicalId)
        if (wait.byPolicy) await forget(tx, wait.target)
      })
      if (end !== '') throw new StepError(end)
      return {
        id: `${context.stackId}/${context.logicalId}`,
        attributes: { Data: JSON.stringify(Object.fromEntries(signals.map(signal => [signal.uniqueId, signal.data]))) },
      }
    },
    update: async () => notUpdatable('AWS::CloudFormation::WaitCondition'),
    delete: async () => {},
  }
}

interface Wait { target: string, count: number, timeoutSeconds: number, byPolicy: boolean }

function waitOf(context: ResourceContext & { creationPolicy?: unknown }, properties: { Handle?: unknown, Timeout?: unknown, Count?: unknown }): Wait {
  const signal = isObject(context.creationPolicy) && isObject(context.creationPolicy.ResourceSignal) ? context.creationPolicy.ResourceSignal : undefined
  const invalid = (problem: string): never => {
    throw new StepError(`Properties validation failed for resource ${context.logicalId} with message:\n${problem}`)
  }
  if (signal) {
    const timeoutSeconds = durationSeconds(String(signal.Timeout ?? 'PT5M')) ??
      invalid(`CreationPolicy: ${String(signal.Timeout)} is not an ISO 8601 duration of at most 12 hours`)
    return { target: signalTarget(context.stackId, context.logicalId), count: Number(signal.Count ?? 1), timeoutSeconds, byPolicy: true }
  }
  if (properties.Handle === undefined) invalid('#: required key [Handle] not found')
  if (properties.Timeout === undefined) invalid('#: required key [Timeout] not found')
  const [count, timeoutSeconds] = [Number(properties.Count ?? 1), Number(properties.Timeout)]
  if (!Number.isInteger(count) || count < 0) invalid('#/Count: expected a number of signals')
  if (!Number.isInteger(timeoutSeconds) || timeoutSeconds < 0 || timeoutSeconds > timeoutSecondsMax) {
    invalid(`#/Timeout: expected seconds, at most ${timeoutSecondsMax}`)
  }
  return { target: String(properties.Handle).split('/').at(-1)!, count, timeoutSeconds, byPolicy: false }
}

/** What came of the waiting: '' where all is well, a reason where it failed, undefined while it goes on. */
function outcome(wait: Wait, signals: SignalRow[], timedOut: boolean): string | undefined {
  const failure = signals.find(signal => signal.status === 'FAILURE')
  const received = signals.length
  if (failure && wait.byPolicy) return `Received 1 FAILURE signal(s) out of ${wait.count}. Unable to satisfy 100% MinSuccessfulInstancesPercent requirement`
  if (failure) return `WaitCondition received failed message: '${failure.reason}' for uniqueId: ${failure.uniqueId}`
  if (received >= wait.count) return ''
  if (!timedOut) return undefined
  return wait.byPolicy ? `Failed to receive ${wait.count - received} resource signal(s) within the specified duration`
    : `WaitCondition timed out. Received ${received} conditions when expecting ${wait.count}`
}

/** Seconds of an ISO 8601 duration of hours, minutes and seconds: `PT1H30M`; undefined where it is none, or longer than 12 hours. */
export function durationSeconds(text: string): number | undefined {
  const [, hours, minutes, seconds] = /^PT(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?$/.exec(text) ?? []
  if (hours === undefined && minutes === undefined && seconds === undefined) return undefined
  const total = Number(hours ?? 0) * 3600 + Number(minutes ?? 0) * 60 + Number(seconds ?? 0)
  return total <= timeoutSecondsMax ? total : undefined
}

const notUpdatable = (type: string): never => { throw new Untouched(`Update to resource type ${type} is not supported.`) }

async function forget(cfn: CloudFormation, target: string): Promise<void> {
  for (const signal of await cfn.tables.signals.list({ prefix: [target] })) await cfn.tables.signals.delete(target, signal.uniqueId)
}
