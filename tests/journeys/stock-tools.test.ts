import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { CloudFormation } from '@aws-sdk/client-cloudformation'
import { DynamoDB } from '@aws-sdk/client-dynamodb'
import { ended, root, run, startFogbank, type Running } from './processes.ts'

// The tools that people have, unchanged, with nothing but the endpoint set. `.ci/run` installs them; elsewhere the test says how.
const tools = join(root, '.fogbank-test', 'tools', 'bin')
const missing = ['aws', 'sam', 'python'].filter(tool => !existsSync(join(tools, tool)))
const skip = missing.length > 0 ? `${missing.join(', ')} not in ${tools}: .ci/run installs them` : false

const folder = mkdtempSync(join(tmpdir(), 'fogbank-tools-'))
let cloud: Running
let environment: Record<string, string>
before(async () => {
  cloud = await startFogbank(join(folder, 'data'))
  environment = {
    AWS_ENDPOINT_URL: cloud.endpoint, AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', AWS_DEFAULT_REGION: 'us-east-1', AWS_REGION: 'us-east-1',
    SAM_CLI_TELEMETRY: '0', AWS_PAGER: '',
  }
})
after(async () => {
  cloud.child.kill('SIGTERM')
  await ended(cloud.child)
  rmSync(folder, { recursive: true, force: true })
})

const aws = (...args: string[]) => run(join(tools, 'aws'), [...args, '--output', 'json'], environment, folder)
const json = async (...args: string[]) => JSON.parse(await aws(...args) || '{}')
const api = async (stack: string) =>
  (await json('cloudformation', 'describe-stacks', '--stack-name', stack)).Stacks[0].Outputs.find((output: any) => output.OutputKey === 'ApiId').OutputValue
const items = (id: string) => `${cloud.endpoint}/_aws/execute-api/${id}/items`

async function putAndGet(id: string): Promise<void> {
  assert.equal((await fetch(items(id), { method: 'PUT', body: '{"id":"a","name":"b"}' })).status, 200)
  assert.deepEqual(await fetch(`${items(id)}/a`).then(answer => answer.json()), { id: 'a', name: 'b' })
}

test('sam deploy: creates the example, calls it, updates it and deletes it', { skip }, async () => {
  await aws('s3', 'mb', 's3://artifacts')
  const deploy = (...more: string[]) =>
    run(join(tools, 'sam'), ['deploy', '--template-file', join(root, 'examples/items/template.yaml'), '--stack-name', 'sam-items', '--s3-bucket', 'artifacts',
    '--capabilities', 'CAPABILITY_IAM', '--no-confirm-changeset', '--region', 'us-east-1', ...more], environment, folder)
  assert.match(await deploy(), /Successfully created\/updated stack - sam-items/)
  await putAndGet(await api('sam-items'))
  assert.match(await deploy('--tags', 'stage=test'), /Successfully created\/updated stack - sam-items/)
  await putAndGet(await api('sam-items'))
  await run(join(tools, 'sam'), ['delete', '--stack-name', 'sam-items', '--no-prompts', '--region', 'us-east-1'], environment, folder)
  await assert.rejects(aws('cloudformation', 'describe-stacks', '--stack-name', 'sam-items'), /does not exist/)
})

test('the AWS CLI: package and deploy, S3, DynamoDB, Lambda and its logs, IAM and STS', { skip }, async () => {
  await aws('s3', 'mb', 's3://cli')
  await aws(
    'cloudformation', 'package', '--template-file', join(root, 'examples/items/template.yaml'), '--s3-bucket', 'cli', '--output-template-file',
    join(folder, 'packaged.yaml'),
  )
  await aws('cloudformation', 'deploy', '--template-file', join(folder, 'packaged.yaml'), '--stack-name', 'cli-items', '--capabilities', 'CAPABILITY_IAM')
  await putAndGet(await api('cli-items'))
  writeFileSync(join(folder, 'hello.txt'), 'hello')
  await aws('s3', 'cp', 'hello.txt', 's3://cli/deep/hello.txt')
  assert.equal((await json('s3api', 'list-objects-v2', '--bucket', 'cli', '--prefix', 'deep/')).Contents[0].Size, 5)
  const functions = (await json('lambda', 'list-functions')).Functions.map((each: any) => each.FunctionName)
  const name = functions.find((each: string) => each.includes('GetAllItems'))
  const { StatusCode } = await json(
    'lambda', 'invoke', '--function-name', name, '--cli-binary-format', 'raw-in-base64-out', '--payload',
    '{"requestContext":{"http":{"sourceIp":"x"}}}', 'out.json',
  )
    .catch(() => json('lambda', 'invoke', '--function-name', name, '--payload', '{"requestContext":{"http":{"sourceIp":"x"}}}', 'out.json'))
  assert.equal(StatusCode, 200)
  const { events } = await json('logs', 'filter-log-events', '--log-group-name', `/aws/lambda/${name}`, '--filter-pattern', 'REPORT')
  assert.match(events[0].message, /^REPORT RequestId/)
  assert.equal((await json('sts', 'get-caller-identity')).Account, '000000000000')
  // Version 1 of the CLI takes no notice of AWS_ENDPOINT_URL for SQS.
  const sqs = (...args: string[]) => json('sqs', ...args, '--endpoint-url', cloud.endpoint)
  const { QueueUrl } = await sqs('create-queue', '--queue-name', 'cli')
  await sqs('send-message', '--queue-url', QueueUrl, '--message-body', 'hello')
  const [message] = (await sqs('receive-message', '--queue-url', QueueUrl, '--wait-time-seconds', '5')).Messages
  assert.equal(message.Body, 'hello')
  await sqs('delete-message', '--queue-url', QueueUrl, '--receipt-handle', message.ReceiptHandle)
  await aws('cloudformation', 'delete-stack', '--stack-name', 'cli-items')
  await aws('cloudformation', 'wait', 'stack-delete-complete', '--stack-name', 'cli-items')
})

test('boto3: a bucket, a table, paginators and waiters', { skip }, async () => {
  writeFileSync(join(folder, 'try.py'), `
import boto3
s3 = boto3.client("s3")
s3.create_bucket(Bucket="boto")
for n in range(3):
    s3.put_object(Bucket="boto", Key="k%d" % n, Body=b"x" * n)
print([o["Key"] for page in s3.get_paginator("list_objects_v2").paginate(Bucket="boto", PaginationConfig={"PageSize": 2}) for o in page["Contents"]])
table = boto3.resource("dynamodb").create_table(TableName="boto", KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
    AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}], BillingMode="PAY_PER_REQUEST")
table.wait_until_exists()
table.put_item(Item={"id": "1", "n": 2})
print(int(table.update_item(Key={"id": "1"}, UpdateExpression="ADD n :one", ExpressionAttributeValues={":one": 1}, ReturnValues="ALL_NEW")["Attributes"]["n"]))
table.delete()
queue = boto3.resource("sqs").create_queue(QueueName="boto.fifo", Attributes={"FifoQueue": "true", "ContentBasedDeduplication": "true"})
queue.send_messages(Entries=[{"Id": str(n), "MessageBody": "m%d" % n, "MessageGroupId": "g"} for n in range(3)])
messages = queue.receive_messages(MaxNumberOfMessages=10, WaitTimeSeconds=5)
print([message.body for message in messages])
queue.delete_messages(Entries=[{"Id": str(n), "ReceiptHandle": message.receipt_handle} for n, message in enumerate(messages)])
try:
    queue.meta.client.get_queue_url(QueueName="none")
except queue.meta.client.exceptions.QueueDoesNotExist as error:
    print(error.response["Error"]["Code"])
`)
  assert.equal(
    await run(join(tools, 'python'), ['try.py'], environment, folder),
    "['k0', 'k1', 'k2']\n3\n['m0', 'm1', 'm2']\nAWS.SimpleQueueService.NonExistentQueue\n",
  )
})

test('the JavaScript SDK: a stack, its table, an update and its deletion', async () => {
  const client = { endpoint: cloud.endpoint, region: 'us-east-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' } }
  const cloudformation = new CloudFormation(client)
  const dynamodb = new DynamoDB(client)
  const template = (more: object) => JSON.stringify({ Resources: { T: { Type: 'AWS::DynamoDB::Table', Properties: {
    TableName: 'js-table', BillingMode: 'PAY_PER_REQUEST', KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }], AttributeDefinitions: [{
      AttributeName: 'id', AttributeType: 'S',
    }], ...more } } } })
  const settled = async () => {
    for (let tries = 0; tries < 100; tries++) {
      const { Stacks } = await cloudformation.describeStacks({ StackName: 'js' })
      if (!Stacks![0]!.StackStatus!.endsWith('IN_PROGRESS')) return Stacks![0]!.StackStatus
      await new Promise(resolve => setTimeout(resolve, 50))
    }
    throw new Error('The stack does not settle.')
  }
  await cloudformation.createStack({ StackName: 'js', TemplateBody: template({}) })
  assert.equal(await settled(), 'CREATE_COMPLETE')
  await dynamodb.putItem({ TableName: 'js-table', Item: { id: { S: '1' } } })
  await cloudformation.updateStack({ StackName: 'js', TemplateBody: template({ Tags: [{ Key: 'a', Value: 'b' }] }) })
  assert.equal(await settled(), 'UPDATE_COMPLETE')
  assert.equal((await dynamodb.scan({ TableName: 'js-table' })).Count, 1)
  await cloudformation.deleteStack({ StackName: 'js' })
  for (let tries = 0; tries < 100 && (await dynamodb.listTables({})).TableNames!.includes('js-table'); tries++) {
    await new Promise(resolve => setTimeout(resolve, 50))
  }
  assert.deepEqual((await dynamodb.listTables({})).TableNames!.includes('js-table'), false)
  cloudformation.destroy()
  dynamodb.destroy()
})
