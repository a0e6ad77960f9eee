import { setTimeout as sleep } from 'node:timers/promises'
import { CloudFormation } from '@aws-sdk/client-cloudformation'
import { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs'
import { DynamoDB } from '@aws-sdk/client-dynamodb'
import { IAM } from '@aws-sdk/client-iam'
import { Lambda } from '@aws-sdk/client-lambda'
import { SNS } from '@aws-sdk/client-sns'
import { SQS } from '@aws-sdk/client-sqs'
import { zipSync } from 'fflate'
import { inTurn, machine, median } from './measure.ts'
import { ministack, startFogbank } from './servers.ts'

// A stack of seven resources through the SDK, from CreateStack to CREATE_COMPLETE and the first answer of its function, beside the same calls made
// directly and, where MINISTACK names its command, MiniStack; in turn in one run.
const rounds = 15
const code = 'exports.handler = async () => "fog"'
const trust = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }] }
const keys = {
  BillingMode: 'PAY_PER_REQUEST' as const, KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' as const }],
  AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' as const }],
}
const settings = { Runtime: 'nodejs22.x' as const, Handler: 'index.handler' }

const template = (name: string) => JSON.stringify({ Resources: {
  Role: { Type: 'AWS::IAM::Role', Properties: { RoleName: name, AssumeRolePolicyDocument: trust } },
  Function: { Type: 'AWS::Lambda::Function', Properties: {
    FunctionName: name, ...settings, Role: { 'Fn::GetAtt': ['Role', 'Arn'] }, Code: { ZipFile: code },
  } },
  Group: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: name } },
  Table: { Type: 'AWS::DynamoDB::Table', Properties: { TableName: name, ...keys } },
  Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: name } },
  DeadLetters: { Type: 'AWS::SQS::Queue', Properties: { QueueName: `${name}-dead` } },
  Topic: { Type: 'AWS::SNS::Topic', Properties: { TopicName: name } },
} })

function clientsOf(port: number) {
  const client = { endpoint: `http://127.0.0.1:${port}`, region: 'us-east-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' } }
  return {
    cloudformation: new CloudFormation(client), dynamodb: new DynamoDB(client), iam: new IAM(client), lambda: new Lambda(client),
    logs: new CloudWatchLogs(client), sns: new SNS(client), sqs: new SQS(client),
  }
}
type Clients = ReturnType<typeof clientsOf>

let count = 0
/** Milliseconds until a function of the name has answered. */
async function timed({ lambda }: Clients, work: (name: string) => Promise<unknown>): Promise<number> {
  // What waits for functions is ready again.
  await sleep(700)
  const name = `bench-${process.pid}-${count++}`
  const start = performance.now()
  await work(name)
  const { Payload, FunctionError } = await lambda.invoke({ FunctionName: name })
  if (FunctionError) throw new Error(Buffer.from(Payload!).toString())
  return performance.now() - start
}

const stack = (clients: Clients) => timed(clients, async StackName => {
  const { cloudformation } = clients
  await cloudformation.createStack({ StackName, TemplateBody: template(StackName), Capabilities: ['CAPABILITY_NAMED_IAM'] })
  for (;;) {
    const status = (await cloudformation.describeStacks({ StackName })).Stacks![0]!.StackStatus!
    if (status === 'CREATE_COMPLETE') return
    if (status !== 'CREATE_IN_PROGRESS') throw new Error(status)
    await sleep(2)
  }
})

const directly = (clients: Clients) => timed(clients, async name => {
  const { dynamodb, iam, lambda, logs, sns, sqs } = clients
  const { Role } = await iam.createRole({ RoleName: name, AssumeRolePolicyDocument: JSON.stringify(trust) })
  await lambda.createFunction({ FunctionName: name, ...settings, Role: Role!.Arn, Code: { ZipFile: zipSync({ 'index.js': Buffer.from(code) }) } })
  await logs.createLogGroup({ logGroupName: name })
  await dynamodb.createTable({ TableName: name, ...keys })
  await sqs.createQueue({ QueueName: name })
  await sqs.createQueue({ QueueName: `${name}-dead` })
  await sns.createTopic({ Name: name })
})

const [server, peer] = [await startFogbank(), await ministack()]
try {
  const [ours, theirs] = [clientsOf(server.port), peer && clientsOf(peer.port)]
  const candidates = { directly: () => directly(ours), stack: () => stack(ours), ...theirs && { ministack: () => stack(theirs) } }
  for (const run of Object.values(candidates)) await run()
  const figures = await inTurn(rounds, candidates)
  const [direct, mine] = [median(figures.directly!), median(figures.stack!)]
  console.log(machine())
  const ratio = (mine / direct).toFixed(2)
  console.log(`7 resources and the first answer: stack ${mine.toFixed(1)} ms, the same calls ${direct.toFixed(1)} ms, ratio ${ratio} (goal 1.5)`)
  if (theirs) console.log(`ministack: ${median(figures.ministack!).toFixed(1)} ms, ${(median(figures.ministack!) / mine).toFixed(2)} x ours`)
} finally {
  server.child.kill('SIGTERM')
  peer?.child.kill('SIGKILL')
}
