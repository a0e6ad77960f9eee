import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startCloud } from '../src/testing/index.ts'

// A stack of seven resources against the same API calls made directly, in turn in one run; then how the time grows with the resources.
const rounds = 15
const dataFolder = await mkdtemp(join(tmpdir(), 'fogbank-bench-'))
const cloud = await startCloud({ dataFolder, sandboxDriver: 'process' })
const aws = cloud.aws()
const table = {
  BillingMode: 'PAY_PER_REQUEST' as const, KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' as const }],
  AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' as const }],
}
const template = (count: number) => JSON.stringify({ Resources: Object.fromEntries(Array.from({ length: count }, (_, at) =>
  [`R${at}`, at % 2 === 1 ? { Type: 'AWS::DynamoDB::Table', Properties: table } : { Type: 'AWS::Logs::LogGroup', Properties: { RetentionInDays: 7 } }])) })

async function directly(round: number): Promise<void> {
  for (let at = 0; at < 7; at++) {
    const name = `direct-${round}-${at}`
    if (at % 2 === 1) await aws.dynamodb.CreateTable({ TableName: name, ...table })
    else {
      await aws.logs.CreateLogGroup({ logGroupName: name })
      await aws.logs.PutRetentionPolicy({ logGroupName: name, retentionInDays: 7 })
    }
  }
  await cloud.settle()
}

async function stack(StackName: string, count: number): Promise<void> {
  await aws.cloudformation.CreateStack({ StackName, TemplateBody: template(count) })
  await cloud.settle()
}

async function timed(work: () => Promise<void>): Promise<number> {
  const start = performance.now()
  await work()
  return performance.now() - start
}

const median = (times: number[]) => times.toSorted((a, b) => a - b)[times.length >> 1]!
const floor: number[] = []
const ours: number[] = []
for (let round = 0; round < rounds; round++) {
  floor.push(await timed(() => directly(round)))
  ours.push(await timed(() => stack(`seven-${round}`, 7)))
}
const [ms, directMs] = [median(ours), median(floor)]
console.log(`7 resources: stack ${ms.toFixed(1)} ms, the same calls directly ${directMs.toFixed(1)} ms, ratio ${(ms / directMs).toFixed(2)} (goal 1.5)`)
for (const count of [50, 100, 200]) console.log(`${count} resources: ${((await timed(() => stack(`n${count}`, count))) / count).toFixed(2)} ms each`)
const again = async (work: () => Promise<unknown>): Promise<string> => {
  const times: number[] = []
  for (let round = 0; round < 9; round++) times.push(await timed(async () => void await work()))
  return `first ${times[0]!.toFixed(1)}, median ${median(times).toFixed(1)} ms`
}
const nothing = await again(() => aws.cloudformation.UpdateStack({ StackName: 'n200', TemplateBody: template(200) }).catch(() => {}))
console.log(`an update of 200 resources that changes nothing: ${nothing}`)

// One function among 100 resources, whose code changes.
const role = (await aws.iam.CreateRole({ RoleName: 'bench', AssumeRolePolicyDocument: JSON.stringify({
  Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }] }) })).Role!.Arn
const withFunction = (version: number) => {
  const { Resources } = JSON.parse(template(99))
  Resources.F = { Type: 'AWS::Lambda::Function', Properties: {
    Runtime: 'nodejs24.x', Handler: 'index.handler', Role: role, Code: { ZipFile: `exports.handler = async () => ${version}` } } }
  return JSON.stringify({ Resources })
}
await aws.cloudformation.CreateStack({ StackName: 'function', TemplateBody: withFunction(0) })
await cloud.settle()
let version = 0
const changed = await again(async () => {
  await aws.cloudformation.UpdateStack({ StackName: 'function', TemplateBody: withFunction(++version) })
  await cloud.settle()
})
console.log(`an update of 100 resources that changes the code of one function: ${changed}`)
await cloud.stop()
await rm(dataFolder, { recursive: true, force: true })
