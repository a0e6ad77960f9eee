import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs'
import { ended, fogbank, startFogbank, type Running } from './processes.ts'

const template = `
Transform: AWS::Serverless-2016-10-31
Resources:
  Source:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: nodejs24.x
      Handler: index.handler
      FunctionName: source
      InlineCode: "exports.handler = async event => { console.log('ERROR', event.n); return event }"
  SourceLogs: {Type: AWS::Logs::LogGroup, Properties: {LogGroupName: /aws/lambda/source}}
  Sink:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: nodejs24.x
      Handler: index.handler
      FunctionName: sink
      InlineCode: |
        const { gunzipSync } = require('node:zlib')
        exports.handler = async event => {
          const data = JSON.parse(gunzipSync(Buffer.from(event.awslogs.data, 'base64')))
          console.log('GOT', data.messageType, data.logGroup, data.logEvents.map(each => each.message.trim().split('\\t').at(-1)).join())
        }
      Events:
        Logs: {Type: CloudWatchLogs, Properties: {LogGroupName: !Ref SourceLogs, FilterPattern: ERROR}}
`

let folder: string
let running: Running
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fogbank-logs-'))
  await writeFile(join(folder, 'template.yaml'), template)
  running = await startFogbank(join(folder, 'data'))
  await fogbank(running.endpoint, 'deploy', join(folder, 'template.yaml'), '--stack-name', 'logs')
})
after(async () => {
  running.child.kill('SIGTERM')
  await ended(running.child)
  await rm(folder, { recursive: true, force: true })
})

const until = async (met: () => Promise<boolean> | boolean, what: string) => {
  for (let tries = 0; tries < 100; tries++) {
    if (await met()) return
    await new Promise(resolve => setTimeout(resolve, 100))
  }
  assert.fail(`${what} did not come. Fogbank said: ${running.output()}`)
}
const invoke = async (n: number) => {
  await writeFile(join(folder, 'event.json'), JSON.stringify({ n }))
  await fogbank(running.endpoint, 'invoke', 'Source', '--event', join(folder, 'event.json'))
}

test("a function's lines reach the function that a SAM template subscribes, and a query finds them", async () => {
  await invoke(41)
  const sinkLog = () => fogbank(running.endpoint, 'logs', 'Sink').catch(() => '')
  await until(async () => /GOT DATA_MESSAGE \/aws\/lambda\/source ERROR 41/.test(await sinkLog()), 'The subscription')
  const logs = new CloudWatchLogs({ endpoint: running.endpoint, region: 'us-east-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' } })
  const now = Math.floor(Date.now() / 1000)
  const span = { logGroupName: '/aws/lambda/source', startTime: now - 60, endTime: now + 60 }
  const { queryId } = await logs.startQuery({ ...span, queryString: 'filter @message like /ERROR/ | stats count(*) as n' })
  await until(async () => (await logs.getQueryResults({ queryId })).status === 'Complete', 'The result')
  assert.deepEqual((await logs.getQueryResults({ queryId })).results, [[{ field: 'n', value: '1' }]])
  logs.destroy()
})

const hasAws = spawnSync('aws', ['--version']).status === 0

test("the AWS CLI's live tail prints lines as they come", { skip: !hasAws }, async () => {
  const arn = 'arn:aws:logs:us-east-1:000000000000:log-group:/aws/lambda/source'
  const env = {
    ...process.env, AWS_DISABLE_HOST_PREFIX_INJECTION: 'true', AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', AWS_DEFAULT_REGION: 'us-east-1',
    PYTHONUNBUFFERED: '1',
  }
  const tail = spawn('aws', ['--endpoint-url', running.endpoint, 'logs', 'start-live-tail', '--log-group-identifiers', arn], { env })
  let printed = ''
  tail.stdout.on('data', piece => printed += piece)
  tail.stderr.on('data', piece => printed += piece)
  try {
    // It may begin to listen after the first of them.
    for (let n = 0; n < 15 && !/ERROR 42/.test(printed); n++) {
      await invoke(42)
      await new Promise(resolve => setTimeout(resolve, 700))
    }
    assert.match(printed, /ERROR 42/)
  } finally {
    tail.kill('SIGKILL')
  }
})
