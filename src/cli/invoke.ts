import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { parseArguments } from './args.ts'
import { createClient, UsageError, UserError } from './client.ts'
import { findFunction } from './functions.ts'
import { reported, type CommandIo } from './io.ts'
import { painter } from './text.ts'

export const command = {
  name: 'invoke',
  summary: 'Invoke a function and print its answer',
  usage: `invoke FUNCTION [--event FILE] [--region R] [--endpoint URL]

  FUNCTION      name or ARN of the function, or its logical id in a stack: GetItems, items/GetItems
  --event FILE  a file with the event as JSON, or - for standard input; default {}

The answer goes to stdout, the function's log to stderr. Exit code 1 where the function failed.`,
  run: reported(async (args: string[], io: CommandIo): Promise<number> => {
    const { positional, values } = parseArguments(args, { event: { kind: 'value' }, region: { kind: 'value' }, endpoint: { kind: 'value' } }, 1)
    if (!positional[0]) throw new UsageError('Name the function: fogbank invoke FUNCTION')
    const event = values.event === undefined ? '{}' : await readEvent(values.event, io)
    const client = createClient(io.environment, { endpoint: values.endpoint, region: values.region })
    const { name } = await findFunction(client, positional[0])
    const answer = await client.call('lambda', 'Invoke', { FunctionName: name, Payload: Buffer.from(event), LogType: 'Tail' })
    if (answer.LogResult) io.stderr.write(painter(io.stderr, io.environment).dim(Buffer.from(answer.LogResult, 'base64').toString()))
    io.stdout.write(`${Buffer.from(answer.Payload ?? []).toString()}\n`)
    return answer.FunctionError ? 1 : 0
  }),
}

async function readEvent(file: string, io: CommandIo): Promise<string> {
  const path = resolve(io.workingFolder, file)
  const text = file === '-' ? await readAll(io) : await readFile(path, 'utf8').catch(() => { throw new UserError(`There is no file ${path}.`) })
  try {
    JSON.parse(text)
  } catch (error) {
    throw new UserError(`${file === '-' ? 'Standard input' : path} is not JSON: ${(error as Error).message}`)
  }
  return text
}

async function readAll(io: CommandIo): Promise<string> {
  const pieces: Buffer[] = []
  for await (const piece of io.stdin ?? []) pieces.push(Buffer.from(piece as Uint8Array))
  return Buffer.concat(pieces).toString()
}
