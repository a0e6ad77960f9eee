import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { CloudFormation } from '@aws-sdk/client-cloudformation'
import { DynamoDB } from '@aws-sdk/client-dynamodb'
import { IAM } from '@aws-sdk/client-iam'
import { Lambda } from '@aws-sdk/client-lambda'
import { ApiGatewayV2 } from '@aws-sdk/client-apigatewayv2'
import { ended, fogbank, root, startFogbank, type Running } from './processes.ts'

// `fogbank deploy` and `fogbank delete` of the example while the cloud is killed at several moments: the next start ends what was begun.
const folder = mkdtempSync(join(tmpdir(), 'fogbank-kill-deploy-'))
const project = join(folder, 'items')
const template = join(project, 'template.yaml')
let cloud: Running
before(async () => {
  mkdirSync(project)
  cpSync(join(root, 'examples/items'), project, { recursive: true })
  cloud = await startFogbank(join(folder, 'data'))
})
after(async () => {
  cloud.child.kill('SIGTERM')
  await ended(cloud.child)
  rmSync(folder, { recursive: true, force: true })
})

const client = () => ({ endpoint: cloud.endpoint, region: 'us-east-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' } })

/** A change to every function, the API and the table. */
const original = readFileSync(join(root, 'examples/items/template.yaml'), 'utf8')
const changed = (to: number) => original.replaceAll(/( +)Handler: (.*)/g, `$1Handler: $2\n$1Description: change ${to}`)

/** Kills the cloud so long after the command has printed the line. True where the command was in the middle of its work. */
async function killDuring(args: string[], line: RegExp, afterMs: number): Promise<boolean> {
  const child = spawn(process.execPath, ['bin/fogbank', ...args, '--endpoint', cloud.endpoint], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  let begun = false
  const look = (piece: Buffer) => {
    said += piece
    if (begun || !line.test(said)) return
    begun = true
    setTimeout(() => cloud.child.kill('SIGKILL'), afterMs)
  }
  child.stdout.on('data', look)
  child.stderr.on('data', look)
  const code = await within(20_000, ended(child), 'the command does not end')
  assert.ok(begun, said)
  await ended(cloud.child)
  // One that heard of its end before the kill is well; any other says in a line why it gives up.
  if (code !== 0) assert.match(said, /^fogbank: No cloud answers at [^\n]+\n$/m, said)
  cloud = await startFogbank(join(folder, 'data'))
  return code !== 0
}

async function within<T>(ms: number, work: Promise<T>, what: string): Promise<T> {
  let timer: NodeJS.Timeout
  return Promise.race([work, new Promise<never>((_, reject) => { timer = setTimeout(() => reject(new Error(what)), ms) })]).finally(() => clearTimeout(timer))
}

/** The stack's status once nothing is in progress; undefined where there is no stack. */
async function settledStatus(): Promise<string | undefined> {
  const cloudformation = new CloudFormation(client())
  try {
    for (let tries = 0; tries < 300; tries++) {
      const status = await cloudformation.describeStacks({ StackName: 'items' }).then(answer => answer.Stacks![0]!.StackStatus!, (error: Error) => {
        if (/does not exist/.test(error.message)) return undefined
        throw error
      })
      if (!status?.endsWith('_IN_PROGRESS') || status === 'REVIEW_IN_PROGRESS') return status
      await new Promise(resolve => setTimeout(resolve, 50))
    }
    throw new Error('The stack does not settle.')
  } finally {
    cloudformation.destroy()
  }
}

/** What failed of the stack, for the message of a test. */
async function failures(): Promise<string> {
  const cloudformation = new CloudFormation(client())
  const { StackEvents = [] } = await cloudformation.describeStackEvents({ StackName: 'items' })
  cloudformation.destroy()
  return StackEvents.filter(event => event.ResourceStatus?.endsWith('FAILED'))
    .map(event => `${event.LogicalResourceId}: ${event.ResourceStatusReason}`).join('\n')
}

/** What is there, whoever made it. */
async function inventory() {
  const [lambda, dynamodb, iam, api] = [new Lambda(client()), new DynamoDB(client()), new IAM(client()), new ApiGatewayV2(client())]
  const found = {
    functions: (await lambda.listFunctions({})).Functions!.length, tables: (await dynamodb.listTables({})).TableNames!.length,
    roles: (await iam.listRoles({})).Roles!.filter(role => role.RoleName!.startsWith('items-')).length, apis: (await api.getApis({})).Items!.length,
  }
  for (const each of [lambda, dynamodb, iam, api]) each.destroy()
  return found
}
const whole = { functions: 3, tables: 1, roles: 3, apis: 1 }
const nothing = { functions: 0, tables: 0, roles: 0, apis: 0 }

async function apiUrl(): Promise<string> {
  const output = await fogbank(cloud.endpoint, 'deploy', template)
  return `${cloud.endpoint}/_aws/execute-api/${/ApiId +(\w+)/.exec(output)![1]!}/items`
}

test('kill -9 amid a creation, at several moments: the next start ends it, nothing missing or twice; a deletion likewise', { timeout: 120_000 }, async () => {
  let inTheMiddle = 0
  for (const afterMs of [0, 50, 100, 150]) {
    if (await killDuring(['deploy', template], /^Creating items$/m, afterMs)) inTheMiddle++
    const status = await settledStatus()
    // A change set that was not executed yet is nothing that has begun.
    if (status === 'REVIEW_IN_PROGRESS') assert.deepEqual(await inventory(), nothing)
    else assert.equal(status, 'CREATE_COMPLETE', await failures())
    const url = await apiUrl()
    assert.deepEqual(await inventory(), whole)
    assert.equal((await fetch(url, { method: 'PUT', body: '{"id":"1"}' })).status, 200)
    const cloudformation = new CloudFormation(client())
    await cloudformation.deleteStack({ StackName: 'items' })
    cloudformation.destroy()
    await new Promise(resolve => setTimeout(resolve, afterMs / 4))
    cloud.child.kill('SIGKILL')
    await ended(cloud.child)
    cloud = await startFogbank(join(folder, 'data'))
    assert.equal(await settledStatus(), undefined)
    assert.deepEqual(await inventory(), nothing)
  }
  assert.ok(inTheMiddle >= 2, `only ${inTheMiddle} kills came in time`)
})

test('kill -9 in an update under load, at several moments: the update ends, and every answered write is there', { timeout: 120_000 }, async () => {
  const answered: string[] = []
  let url = await apiUrl()
  let inTheMiddle = 0
  for (const [round, afterMs] of [0, 20, 50, 100].entries()) {
    writeFileSync(template, changed(round))
    let isOver = false
    const enough = answered.length + 10
    const warm = Promise.withResolvers<void>()
    const load = Array.from({ length: 3 }, async (_, worker) => {
      for (let n = 0; !isOver; n++) {
        const id = `${round}-${worker}-${n}`
        if ((await fetch(url, { method: 'PUT', body: JSON.stringify({ id }) }).catch(() => undefined))?.status === 200) answered.push(id)
        if (answered.length >= enough) warm.resolve()
      }
    })
    await warm.promise
    if (await killDuring(['deploy', template], /^Updating items$/m, afterMs)) inTheMiddle++
    isOver = true
    await Promise.all(load)
    const status = await settledStatus()
    assert.ok(status === 'UPDATE_COMPLETE' || (round === 0 && status === 'CREATE_COMPLETE'), `${status} ${await failures()}`)
    url = await apiUrl()
    assert.deepEqual(await inventory(), whole)
    const lambda = new Lambda(client())
    for (const { Description } of (await lambda.listFunctions({})).Functions!) assert.equal(Description, `change ${round}`)
    lambda.destroy()
    const stored = new Set((await fetch(url).then(answer => answer.json()) as { id: string }[]).map(item => item.id))
    assert.deepEqual(answered.filter(id => !stored.has(id)), [])
  }
  assert.ok(answered.length > 20 && inTheMiddle >= 2, `${answered.length} writes were answered, ${inTheMiddle} kills came in time`)
})
