import { parseArguments } from './args.ts'
import { CallError, createClient, UsageError, UserError, type Client } from './client.ts'
import { reported, type CommandIo } from './io.ts'
import { painter } from './text.ts'
import { lastEvent, watchStack } from './progress.ts'

export const command = {
  name: 'delete',
  summary: 'Delete a stack and its resources',
  usage: 'delete STACK [--region R] [--endpoint URL]',
  run: reported(async (args: string[], io: CommandIo): Promise<number> => {
    const { positional, values } = parseArguments(args, { region: { kind: 'value' }, endpoint: { kind: 'value' } }, 1)
    if (!positional[0]) throw new UsageError('Name the stack: fogbank delete STACK')
    const client = createClient(io.environment, { endpoint: values.endpoint, region: values.region })
    const { StackId, StackStatus } = await stackNamed(client, positional[0])
    const since = await lastEvent(client, StackId)
    if (StackStatus !== 'DELETE_IN_PROGRESS') await client.call('cloudformation', 'DeleteStack', { StackName: StackId })
    const end = await watchStack(client, StackId, since, text => void io.stdout.write(text), painter(io.stdout, io.environment))
    if (end.status === 'DELETE_COMPLETE') return 0
    throw new UserError(`${positional[0]} is in ${end.status}: ${end.failures[0]?.reason ?? end.reason ?? ''}`)
  }),
}

async function stackNamed(client: Client, name: string): Promise<{ StackId: string, StackStatus: string }> {
  try {
    return (await client.call('cloudformation', 'DescribeStacks', { StackName: name })).Stacks[0]
  } catch (error) {
    if (!(error instanceof CallError) || !/does not exist/.test(error.message)) throw error
    const { Stacks } = await client.call('cloudformation', 'DescribeStacks', {})
    const names = Stacks.map((stack: any) => stack.StackName).join(', ')
    throw new UserError(`There is no stack ${name}. ${names ? `There are: ${names}.` : 'There are none.'}`)
  }
}
