import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { startCloud } from '../../../testing/index.ts'
import { dynamodb } from '../../dynamodb/service.ts'
import { logs } from '../../logs/service.ts'
import { cloudformation } from '../service.ts'

const script = (dataFolder: string, template: string) => `
import { startCloud } from ${JSON.stringify(new URL('../../../testing/index.ts', import.meta.url).href)}
import { cloudformation } from ${JSON.stringify(new URL('../service.ts', import.meta.url).href)}
import { dynamodb } from ${JSON.stringify(new URL('../../dynamodb/service.ts', import.meta.url).href)}
import { logs } from ${JSON.stringify(new URL('../../logs/service.ts', import.meta.url).href)}
const cloud = await startCloud({ services: [cloudformation, dynamodb, logs], dataFolder: ${JSON.stringify(dataFolder)} })
await cloud.aws().cloudformation.CreateStack({ StackName: 'killed', TemplateBody: ${JSON.stringify(template)} })
console.log('begun')
await cloud.settle()
console.log('ended')
setInterval(() => {}, 1000)
`

/** Groups that wait for each other in chains, beside tables: many steps, one after another. */
const template = JSON.stringify({ Resources: Object.fromEntries(Array.from({ length: 24 }, (_, at) => [`R${at}`, {
  ...at % 4 === 3
    ? { Type: 'AWS::DynamoDB::Table', Properties: {
      BillingMode: 'PAY_PER_REQUEST', KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }] } }
    : { Type: 'AWS::Logs::LogGroup', Properties: { RetentionInDays: 7 } },
  ...at > 1 && { DependsOn: `R${at - 2}` },
}])) })

test('kill -9 in the middle of a creation: the next start ends it, with nothing missing and nothing twice', async () => {
  for (const afterMs of [0, 5, 12, 25]) {
    const dataFolder = await mkdtemp(join(tmpdir(), 'fogbank-kill-'))
    try {
      const child = spawn(process.execPath, ['--input-type=module', '-e', script(dataFolder, template)], { stdio: ['ignore', 'pipe', 'inherit'] })
      await new Promise<void>((resolve, reject) => {
        child.stdout.once('data', () => resolve())
        child.once('exit', code => reject(new Error(`the cloud ended with ${code} before it began`)))
      })
      const ended = new Promise(resolve => child.once('exit', resolve))
      setTimeout(() => child.kill('SIGKILL'), afterMs)
      await ended
      const cloud = await startCloud({ services: [cloudformation, dynamodb, logs], dataFolder })
      try {
        await cloud.settle()
        const aws = cloud.aws()
        const { Stacks } = await aws.cloudformation.DescribeStacks({ StackName: 'killed' })
        const { StackEvents } = await aws.cloudformation.DescribeStackEvents({ StackName: 'killed' })
        const failed = StackEvents!.filter(event => event.ResourceStatus!.endsWith('FAILED'))
        assert.equal(Stacks![0]!.StackStatus, 'CREATE_COMPLETE', JSON.stringify(failed))
        const { StackResourceSummaries } = await aws.cloudformation.ListStackResources({ StackName: 'killed' })
        const physical = (type: string) => StackResourceSummaries!.filter(row => row.ResourceType === type).map(row => row.PhysicalResourceId).sort()
        assert.deepEqual((await aws.dynamodb.ListTables({})).TableNames!.sort(), physical('AWS::DynamoDB::Table'))
        assert.deepEqual((await aws.logs.DescribeLogGroups({})).logGroups!.map(group => group.logGroupName).sort(), physical('AWS::Logs::LogGroup'))
      } finally {
        await cloud.stop()
      }
    } finally {
      await rm(dataFolder, { recursive: true, force: true })
    }
  }
})
