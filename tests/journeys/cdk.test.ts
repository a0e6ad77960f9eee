import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { CloudFormation } from '@aws-sdk/client-cloudformation'
import { SQS } from '@aws-sdk/client-sqs'
import { ended, root, run, startFogbank, type Running } from './processes.ts'

// The CDK as people have it, command and library from npm, with nothing but the endpoint set. `.ci/run` installs it; elsewhere the test says how.
const modules = join(root, '.fogbank-test', 'cdk', 'node_modules')
const skip = existsSync(join(modules, 'aws-cdk')) ? false : `aws-cdk not in ${modules}: .ci/run installs it`

const folder = mkdtempSync(join(tmpdir(), 'fogbank-cdk-'))
const account = '000000000000'
let cloud: Running
let environment: Record<string, string>
let watching: ChildProcess | undefined

const app = `
const { App, CfnOutput, Duration, RemovalPolicy, Stack } = require('aws-cdk-lib')
const { HttpApi } = require('aws-cdk-lib/aws-apigatewayv2')
const { HttpLambdaIntegration } = require('aws-cdk-lib/aws-apigatewayv2-integrations')
const { AttributeType, Table } = require('aws-cdk-lib/aws-dynamodb')
const { Rule, Schedule } = require('aws-cdk-lib/aws-events')
const { LambdaFunction } = require('aws-cdk-lib/aws-events-targets')
const { Code, Function, Runtime } = require('aws-cdk-lib/aws-lambda')
const { SqsEventSource } = require('aws-cdk-lib/aws-lambda-event-sources')
const { Bucket } = require('aws-cdk-lib/aws-s3')
const { Queue } = require('aws-cdk-lib/aws-sqs')

const app = new App()
const stack = new Stack(app, 'Journey')
const table = new Table(stack, 'Table', { partitionKey: { name: 'id', type: AttributeType.STRING }, removalPolicy: RemovalPolicy.DESTROY })
const hello = new Function(stack, 'Hello', {
  runtime: Runtime.NODEJS_22_X, handler: 'index.handler', code: Code.fromAsset('function'),
  environment: { TABLE: table.tableName, STAGE: app.node.tryGetContext('stage') ?? 'one' },
})
table.grantReadWriteData(hello)
hello.addEventSource(new SqsEventSource(new Queue(stack, 'Queue', { deadLetterQueue: { queue: new Queue(stack, 'Dead'), maxReceiveCount: 3 } })))
new Bucket(stack, 'Bucket', { removalPolicy: RemovalPolicy.DESTROY })
new Rule(stack, 'Hourly', { schedule: Schedule.rate(Duration.hours(1)), targets: [new LambdaFunction(hello)] })
const api = new HttpApi(stack, 'Api')
api.addRoutes({ path: '/hello', integration: new HttpLambdaIntegration('Integration', hello) })
new CfnOutput(stack, 'ApiId', { value: api.apiId })
`
const say = (word: string) =>
  writeFileSync(join(folder, 'function', 'index.js'), `exports.handler = async () => ({ say: '${word}', stage: process.env.STAGE })\n`)

before(async () => {
  if (skip) return
  mkdirSync(join(folder, 'function'))
  writeFileSync(join(folder, 'app.cjs'), app)
  writeFileSync(join(folder, 'cdk.json'), JSON.stringify({ app: 'node app.cjs', watch: { include: ['function/**'] } }))
  symlinkSync(modules, join(folder, 'node_modules'))
  say('one')
  cloud = await startFogbank(join(folder, 'data'))
  environment = {
    AWS_ENDPOINT_URL: cloud.endpoint, AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', AWS_REGION: 'us-east-1',
    CDK_DISABLE_CLI_TELEMETRY: 'true', JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION: '1',
  }
})
after(async () => {
  watching?.kill('SIGKILL')
  if (cloud) {
    cloud.child.kill('SIGTERM')
    await ended(cloud.child)
  }
  rmSync(folder, { recursive: true, force: true })
})

const command = join(modules, 'aws-cdk', 'bin', 'cdk')
const options = ['--ci', '--no-notices', '--no-version-reporting']
const cdk = (...args: string[]) => run(process.execPath, [command, ...args, ...options], environment, folder)
let api: string
const answer = async () => (await fetch(`${cloud.endpoint}/_aws/execute-api/${api}/hello`)).json()

test('cdk bootstrap and deploy: assets are published, and the application answers', { skip }, async () => {
  assert.match(await cdk('bootstrap', `aws://${account}/us-east-1`), /bootstrapped/)
  const deployed = await cdk('deploy', '--require-approval', 'never')
  api = /Journey\.ApiId = (\w+)/.exec(deployed)![1]!
  assert.deepEqual(await answer(), { say: 'one', stage: 'one' })
})

test('cdk drift finds none in what was just deployed, nor in what cdk bootstrap made, and tells what was changed since', { skip }, async () => {
  assert.match(await cdk('drift'), /No drift detected/)
  const client = { endpoint: cloud.endpoint, region: 'us-east-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' } }
  const [cloudformation, sqs] = [new CloudFormation(client), new SQS(client)]
  const { StackDriftDetectionId } = await cloudformation.detectStackDrift({ StackName: 'CDKToolkit' })
  let found = await cloudformation.describeStackDriftDetectionStatus({ StackDriftDetectionId })
  for (let tries = 0; tries < 300 && found.DetectionStatus === 'DETECTION_IN_PROGRESS'; tries++) {
    await new Promise(resolve => setTimeout(resolve, 100))
    found = await cloudformation.describeStackDriftDetectionStatus({ StackDriftDetectionId })
  }
  const { StackResourceDrifts } = await cloudformation.describeStackResourceDrifts({ StackName: 'CDKToolkit' })
  assert.deepEqual(StackResourceDrifts!.filter(drift => drift.StackResourceDriftStatus !== 'IN_SYNC'), [])
  assert.deepEqual([found.DetectionStatus, found.StackDriftStatus], ['DETECTION_COMPLETE', 'IN_SYNC'])
  const queue = (await sqs.listQueues({})).QueueUrls!.find(url => url.includes('Queue'))
  await sqs.setQueueAttributes({ QueueUrl: queue, Attributes: { RedrivePolicy: '' } })
  assert.match(await cdk('drift'), /RedrivePolicy[\s\S]*1 resource has drifted/)
})

test('cdk diff tells what a deployment would change, and nothing else', { skip }, async () => {
  const difference = await cdk('diff', '--context', 'stage=two')
  assert.match(difference, /\[-\] one[\s\S]*\[\+\] two/)
  assert.match(difference, /Number of stacks with differences: 1/)
  assert.deepEqual(await answer(), { say: 'one', stage: 'one' })
})

test('cdk watch swaps code without a deployment, each time that it is saved', { skip }, async () => {
  say('two')
  const env = { ...process.env, ...environment }
  watching = spawn(process.execPath, [command, 'watch', ...options], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [watching.stdout!, watching.stderr!]) stream.on('data', piece => output += piece)
  const answers = async (word: string) => {
    for (let tries = 0; tries < 600; tries++) {
      if (((await answer()) as { say: string }).say === word) return
      await new Promise(resolve => setTimeout(resolve, 100))
    }
    assert.fail(`The function does not answer ${word}:\n${output}`)
  }
  await answers('two')
  say('three')
  await answers('three')
  assert.match(output, /hotswap/i)
  watching.kill('SIGTERM')
  await ended(watching)
})

test('cdk destroy leaves nothing', { skip }, async () => {
  assert.match(await cdk('destroy', '--force'), /Journey: destroyed/)
  assert.equal((await fetch(`${cloud.endpoint}/_aws/execute-api/${api}/hello`)).status, 404)
})
