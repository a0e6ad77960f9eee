import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { startCloud } from '../../../testing/index.ts'
import { iam } from '../../iam/service.ts'
import { logs } from '../../logs/service.ts'
import { sts } from '../../sts/service.ts'
import { cloudformation } from '../service.ts'

const accounts = ['111111111111', '222222222222', '333333333333']
const regions = ['us-east-1', 'eu-west-1']
const service = (path: string) => JSON.stringify(new URL(path, import.meta.url).href)

const script = (dataFolder: string) => `
import { startCloud } from ${service('../../../testing/index.ts')}
import { cloudformation } from ${service('../service.ts')}
import { iam } from ${service('../../iam/service.ts')}
import { logs } from ${service('../../logs/service.ts')}
import { sts } from ${service('../../sts/service.ts')}
const cloud = await startCloud({ services: [cloudformation, iam, logs, sts], dataFolder: ${JSON.stringify(dataFolder)} })
const trust = Principal => JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' }] })
const role = async (account, RoleName, AssumeRolePolicyDocument) => {
  const { iam } = cloud.aws(account)
  await iam.CreateRole({ RoleName, AssumeRolePolicyDocument })
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] })
  await iam.PutRolePolicy({ RoleName, PolicyName: 'all', PolicyDocument })
}
await role('000000000000', 'AWSCloudFormationStackSetAdministrationRole', trust({ Service: 'cloudformation.amazonaws.com' }))
const administrator = trust({ AWS: 'arn:aws:iam::000000000000:role/AWSCloudFormationStackSetAdministrationRole' })
for (const account of ${JSON.stringify(accounts)}) await role(account, 'AWSCloudFormationStackSetExecutionRole', administrator)
const { cloudformation: cfn } = cloud.aws()
const TemplateBody = JSON.stringify({ Resources: { A: { Type: 'AWS::Logs::LogGroup', Properties: {} }, B: { Type: 'AWS::Logs::LogGroup', DependsOn: 'A' } } })
await cfn.CreateStackSet({ StackSetName: 'killed', TemplateBody })
await cfn.CreateStackInstances({ StackSetName: 'killed', Accounts: ${JSON.stringify(accounts)}, Regions: ${JSON.stringify(regions)}, OperationId: 'op' })
console.log('begun')
await cloud.settle()
console.log('ended')
setInterval(() => {}, 1000)
`

test('kill -9 in the middle of an operation of a stack set: the next start carries it through, with one stack at each place', async () => {
  for (const afterMs of [0, 30]) {
    const dataFolder = await mkdtemp(join(tmpdir(), 'fogbank-kill-'))
    try {
      const child = spawn(process.execPath, ['--input-type=module', '-e', script(dataFolder)], { stdio: ['ignore', 'pipe', 'inherit'] })
      await new Promise<void>((resolve, reject) => {
        child.stdout.once('data', () => resolve())
        child.once('exit', code => reject(new Error(`the cloud ended with ${code} before it began`)))
      })
      const ended = new Promise(resolve => child.once('exit', resolve))
      setTimeout(() => child.kill('SIGKILL'), afterMs)
      await ended
      const cloud = await startCloud({ services: [cloudformation, iam, logs, sts], dataFolder })
      try {
        await cloud.settle()
        const { cloudformation: cfn } = cloud.aws()
        const { Summaries } = await cfn.ListStackSetOperationResults({ StackSetName: 'killed', OperationId: 'op' })
        assert.deepEqual(Summaries!.map(row => row.StatusReason ?? row.Status), Array.from({ length: 6 }, () => 'SUCCEEDED'))
        for (const account of accounts) {
          for (const region of regions) {
            const there = cloud.aws(account, region)
            assert.deepEqual((await there.cloudformation.DescribeStacks({})).Stacks!.map(stack => stack.StackStatus), ['CREATE_COMPLETE'])
            assert.equal((await there.logs.DescribeLogGroups({})).logGroups!.length, 2)
          }
        }
      } finally {
        await cloud.stop()
      }
    } finally {
      await rm(dataFolder, { recursive: true, force: true })
    }
  }
})
