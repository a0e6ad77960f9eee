import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { parseArguments } from './args.ts'
import { createClient, UserError } from './client.ts'
import { reported, type CommandIo } from './io.ts'

export const command = {
  name: 'invoke',
  summary: 'Invoke a function and print its answer',
  usage: `invoke FUNCTION [--event FILE] [--region R] [--endpoint URL]

  FUNCTION      name or ARN of the function
  --event FILE  a file with the event as JSON; default {}

The answer goes to stdout, the function's log to stderr. Exit code 1 where the function failed.`,
  run: reported(async (args: string[], io: CommandIo): Promise<number> => {
    const { positional, values } = parseArguments(args, { event: { kind: 'value' }, region: { kind: 'value' }, endpoint: { kind: 'value' } }, 1)
    if (!positional[0]) throw new UserError('Name the function: fogbank invoke FUNCTION')
    const event = values.event === undefined ? '{}' : await readEvent(resolve(io.workingFolder, values.event))
    const client = createClient(io.environment, { endpoint: values.endpoint, region: values.region })
    const answer = await client.call('lambda', 'Invoke', { FunctionName: positional[0], Payload: Buffer.from(event), LogType: 'Tail' })
    if (answer.LogResult) io.stderr.write(Buffer.from(answer.LogResult, 'base64').toString())
    io.stdout.write(`${Buffer.from(answer.Payload ?? []).toString()}\n`)
    return answer.FunctionError ? 1 : 0
  }),
}

async function readEvent(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch(() => { throw new UserError(`There is no file ${file}.`) })
  try {
    JSON.parse(text)
  } catch (error) {
    throw new UserError(`${file} is not JSON: ${(error as Error).message}`)
  }
  return text
}
