import { parseArguments } from './args.ts'
import { createClient, UserError } from './client.ts'
import { reported, type CommandIo } from './io.ts'
import { lastEvent, watchStack } from './progress.ts'

export const command = {
  name: 'delete',
  summary: 'Delete a stack and its resources',
  usage: 'delete STACK [--region R] [--endpoint URL]',
  run: reported(async (args: string[], io: CommandIo): Promise<number> => {
    const { positional, values } = parseArguments(args, { region: { kind: 'value' }, endpoint: { kind: 'value' } }, 1)
    if (!positional[0]) throw new UserError('Name the stack: fogbank delete STACK')
    const client = createClient(io.environment, { endpoint: values.endpoint, region: values.region })
    const { StackId, StackStatus } = (await client.call('cloudformation', 'DescribeStacks', { StackName: positional[0] })).Stacks[0]
    const since = await lastEvent(client, StackId)
    if (StackStatus !== 'DELETE_IN_PROGRESS') await client.call('cloudformation', 'DeleteStack', { StackName: StackId })
    const end = await watchStack(client, StackId, since, text => void io.stdout.write(text))
    if (end.status === 'DELETE_COMPLETE') return 0
    throw new UserError(`${positional[0]} is in ${end.status}: ${end.failures[0]?.reason ?? end.reason ?? ''}`)
  }),
}
