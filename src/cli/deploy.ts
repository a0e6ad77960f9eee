import { readFile } from 'node:fs/promises'
import { basename, dirname, resolve } from 'node:path'
import { keyValues, parseArguments } from './args.ts'
import { CallError, createClient, UserError, type Client } from './client.ts'
import { reported, type CommandIo } from './io.ts'
import { packageTemplate, readTemplate } from './package.ts'
import { lastEvent, watchStack } from './progress.ts'
import { painter, type Painter } from './text.ts'

const usage = `deploy TEMPLATE [--stack-name S] [--parameter-overrides K=V ...] [--tags K=V ...] [--region R] [--endpoint URL]

  TEMPLATE                a SAM or CloudFormation template; default template.yaml
  --stack-name S          default: the name of the template's folder
  --parameter-overrides   values of the template's parameters; those not named keep their last value
  --tags                  tags of the stack, which its resources get

Builds local code as \`sam build\` does, uploads it, creates or updates the stack and shows each step.

  Metadata.BuildMethod of a function: esbuild (of the project's node_modules), makefile (\`make build-LOGICALID\`), go1.x, nodejsN.x, python3.N;
  of a layer: makefile, nodejsN.x, python3.N. Without one, a function in Node gets the packages of package.json, one in Python those of
  requirements.txt. SkipBuild: true takes a folder as it is. Builds are kept in .fogbank-build beside the template, and made again when what
  went into them changes.`

const templateMaxBytes = 51_200

export const command = {
  name: 'deploy',
  summary: 'Deploy a template with its code',
  usage,
  run: reported(async (args: string[], io: CommandIo): Promise<number> => {
    const { positional, values, lists } = parseArguments(args, {
      'stack-name': { kind: 'value' }, 'parameter-overrides': { kind: 'list' }, tags: { kind: 'list' }, region: { kind: 'value' }, endpoint: { kind: 'value' },
    }, 1)
    const say = (message: string) => void io.stdout.write(message)
    const target = await targetOf(io, positional[0], values)
    const { template } = await packageTemplate(await templateOf(target.file), { ...target, environment: io.environment, say })
    return deploy(target.client, target.stackName, template, {
      bucket: target.bucket, say, paint: painter(io.stdout, io.environment), overrides: keyValues(lists['parameter-overrides'] ?? []),
      tags: lists.tags && keyValues(lists.tags) })
  }),
}

export interface Target { client: Client, file: string, folder: string, stackName: string, bucket: string }

/** What is deployed, under which name, and by way of which bucket. */
export async function targetOf(io: CommandIo, template: string | undefined, values: Record<string, string | undefined>): Promise<Target> {
  const file = resolve(io.workingFolder, template ?? 'template.yaml')
  await templateText(file)
  const client = createClient(io.environment, { endpoint: values.endpoint, region: values.region })
  const { Account } = await client.call('sts', 'GetCallerIdentity', {}).catch(() => ({ Account: '000000000000' }))
  return { client, file, folder: dirname(file), stackName: values['stack-name'] ?? stackNameOf(file), bucket: `fogbank-deploy-${Account}-${client.region}` }
}

const templateText = (file: string) => readFile(file, 'utf8').catch(() => { throw new UserError(`There is no template ${file}.`) })

/** The template in a file. Throws UserError where there is none, or it cannot be read. */
export const templateOf = async (file: string): Promise<Record<string, any>> => readTemplate(await templateText(file))

const stackNameOf = (file: string) => basename(dirname(file)).replace(/[^A-Za-z0-9-]+/g, '-').replace(/^[^A-Za-z]+/, '') || 'stack'

export interface DeployOptions {
  bucket: string, say: (text: string) => void, paint: Painter, overrides: { key: string, value: string }[],
  tags: { key: string, value: string }[] | undefined,
}

/** Creates or updates a stack and tells each step; the exit code: 1 where it was rolled back. */
export async function deploy(client: Client, name: string, template: Record<string, any>, options: DeployOptions): Promise<number> {
  const { say, paint } = options
  const existing = await settledStack(client, name, say)
  const isNew = !existing || existing.StackStatus === 'REVIEW_IN_PROGRESS'
  const body = JSON.stringify(template)
  const kept = new Set((existing?.Parameters ?? []).map((parameter: any) => parameter.ParameterKey))
  const given = new Set(options.overrides.map(pair => pair.key))
  const ChangeSetName = `fogbank-${Date.now().toString(36)}`
  const { StackId } = await client.call('cloudformation', 'CreateChangeSet', {
    StackName: name, ChangeSetName, ChangeSetType: isNew ? 'CREATE' : 'UPDATE',
    Capabilities: ['CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM', 'CAPABILITY_AUTO_EXPAND'],
    ...await templateInput(client, body, options.bucket), ...options.tags && { Tags: options.tags.map(tag => ({ Key: tag.key, Value: tag.value })) },
    Parameters: [
      ...options.overrides.map(pair => ({ ParameterKey: pair.key, ParameterValue: pair.value })),
      ...Object.keys(template.Parameters ?? {}).filter(key => kept.has(key) && !given.has(key)).map(key => ({ ParameterKey: key, UsePreviousValue: true })),
    ],
  })
  const set = await client.call('cloudformation', 'DescribeChangeSet', { StackName: StackId, ChangeSetName })
  if (set.Status === 'FAILED') {
    await client.call('cloudformation', 'DeleteChangeSet', { StackName: StackId, ChangeSetName })
    if (!/didn't contain changes|No updates/.test(set.StatusReason ?? '')) throw new UserError(set.StatusReason)
    say(`No changes: ${name} is as the template says.\n`)
    printOutputs(existing?.Outputs ?? [], say)
    return 0
  }
  say(`${isNew ? 'Creating' : 'Updating'} ${name}\n`)
  const since = await lastEvent(client, StackId)
  await client.call('cloudformation', 'ExecuteChangeSet', { StackName: StackId, ChangeSetName })
  const end = await watchStack(client, StackId, since, say, paint)
  if (end.status === 'CREATE_COMPLETE' || end.status === 'UPDATE_COMPLETE') {
    printOutputs(end.outputs, say)
    return 0
  }
  const [first, ...more] = end.failures
  say(`\n${name} is in ${end.status}.\n${first ? `${first.id} failed first: ${first.reason}\n` : `${end.reason ?? ''}\n`}`)
  for (const { id, reason } of more) say(`${id} failed as well: ${reason}\n`)
  say(`${isNew ? 'Everything was taken back' : 'The stack is as it was before'}. Mend the template or the code, and deploy again.\n`)
  return 1
}

/** The stack, once an operation under way has ended; one whose creation failed is deleted, since nothing can be done with it. */
async function settledStack(client: Client, name: string, say: (text: string) => void): Promise<any> {
  const find = () => client.call('cloudformation', 'DescribeStacks', { StackName: name }).then(answer => answer.Stacks[0], (error: unknown) => {
    if (error instanceof CallError && /does not exist/.test(error.message)) return undefined
    throw error
  })
  let stack = await find()
  if (stack && stack.StackStatus.endsWith('_IN_PROGRESS') && stack.StackStatus !== 'REVIEW_IN_PROGRESS') {
    say(`Waiting for ${name}, which is in ${stack.StackStatus}\n`)
    await watchStack(client, stack.StackId, await lastEvent(client, stack.StackId), say)
    stack = await find()
  }
  if (!stack || !['ROLLBACK_COMPLETE', 'ROLLBACK_FAILED', 'DELETE_FAILED'].includes(stack.StackStatus)) return stack
  say(`Deleting ${name}, which is in ${stack.StackStatus}, to create it anew\n`)
  await client.call('cloudformation', 'DeleteStack', { StackName: stack.StackId })
  const end = await watchStack(client, stack.StackId, await lastEvent(client, stack.StackId), say)
  if (end.status !== 'DELETE_COMPLETE') throw new UserError(`${name} could not be deleted: ${end.failures[0]?.reason ?? end.reason}`)
  return undefined
}

async function templateInput(client: Client, body: string, bucket: string): Promise<object> {
  if (Buffer.byteLength(body) <= templateMaxBytes) return { TemplateBody: body }
  await client.put(bucket, undefined, new Uint8Array())
  await client.put(bucket, 'template.json', Buffer.from(body))
  return { TemplateURL: `s3://${bucket}/template.json` }
}

function printOutputs(outputs: { OutputKey: string, OutputValue: string, Description?: string }[], say: (text: string) => void): void {
  if (outputs.length === 0) return
  const width = Math.max(...outputs.map(output => output.OutputKey.length))
  say('\nOutputs\n')
  for (const output of outputs) say(`  ${output.OutputKey.padEnd(width)}  ${output.OutputValue}\n`)
}
