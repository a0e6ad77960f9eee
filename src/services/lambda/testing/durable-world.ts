import { LambdaClient, type Event } from '@aws-sdk/client-lambda'
import { withDurableExecution, type DurableContext } from '@aws/durable-execution-sdk-js'
import { ScriptedEnding, type ScriptedCall } from '../../../sandbox/scripted.ts'
import { lambdaWorld } from './world.ts'

export type Workflow = (event: any, context: DurableContext) => Promise<unknown>
/**
 * A function of the test: a workflow that AWS's published SDK runs, one whose runtime ends before it answers where `dies` says so, or with `plain` what
 * answers the event itself.
 */
export type Played = Workflow | { workflow: Workflow, dies: () => boolean } | { plain: (event: any, call: ScriptedCall) => unknown }

/**
 * A cloud whose functions are played in this process: workflows by the published SDK, which talks to the cloud through a real client. The clock begins
 * at the machine's time, since the SDK compares the times of the cloud with it.
 */
export async function durableWorld(functions: Record<string, Played>, options: { dataFolder?: string, startMs?: number } = {}) {
  let client: LambdaClient
  /** The events that the functions received, in order. */
  const invoked: { name: string, event: any }[] = []
  const script = async (call: ScriptedCall): Promise<unknown> => {
    const name = call.spec.environment.AWS_LAMBDA_FUNCTION_NAME!
    const played = functions[name]!
    invoked.push({ name, event: call.event })
    if ('plain' in played) return played.plain(call.event, call)
    const deadline = Date.now() + call.invocation.timeoutMs
    const context = { awsRequestId: call.invocation.requestId, getRemainingTimeInMillis: () => deadline - Date.now(), functionName: name }
    const { workflow, dies } = typeof played === 'object' ? played : { workflow: played, dies: () => false }
    const answer = await withDurableExecution(workflow as never, { client })(call.event, context as never)
    if (dies()) throw new ScriptedEnding({ kind: 'exit', signal: 'SIGKILL' })
    return answer
  }
  const world = await lambdaWorld({ script }, { startMs: Date.now(), ...options })
  const { cloud, lambda, create } = world
  client = new LambdaClient(cloud.client)
  /** Makes a durable function of a name in `functions`, with its version 1. */
  const durable = (name: string, config: object = {}, extra: object = {}) =>
    create(name, { Timeout: 60, DurableConfig: { ExecutionTimeout: 900, RetentionPeriodInDays: 7, ...config }, ...extra })
  /** Starts an execution that nobody waits for, and lets it come as far as it comes by itself. */
  const begin = async (name: string, input: unknown = {}, more: object = {}): Promise<string> => {
    const { DurableExecutionArn } = await lambda.invoke({
      FunctionName: name, Qualifier: '1', InvocationType: 'Event', Payload: Buffer.from(JSON.stringify(input)), ...more,
    })
    await cloud.settle()
    return DurableExecutionArn!
  }
  const read = async (DurableExecutionArn: string) => {
    const { Status, Result, Error } = await lambda.getDurableExecution({ DurableExecutionArn })
    return { status: Status, ...Result !== undefined && { result: JSON.parse(Result) }, ...Error && { error: Error } }
  }
  const history = async (DurableExecutionArn: string): Promise<Event[]> => (await lambda.getDurableExecutionHistory({ DurableExecutionArn })).Events!
  /** The types of the history's events, with the operation's name. */
  const told = async (arn: string) =>
    (await history(arn)).map(({ EventType, Name }) => Name && !EventType!.startsWith('Execution') ? `${EventType} ${Name}` : EventType)
  const stop = async () => {
    client.destroy()
    await world.stop()
  }
  return { ...world, client, invoked, durable, begin, read, history, told, stop }
}
