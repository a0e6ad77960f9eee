import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  DeleteObjectsCommand, PutBucketCorsCommand, PutBucketNotificationConfigurationCommand, PutBucketPolicyCommand, PutBucketTaggingCommand,
  PutBucketVersioningCommand, S3,
} from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { startCloud, type TestCloud } from '../../../testing/index.ts'
import { s3 as service } from '../service.ts'

// Documents that an SDK would not send.
const Bucket = 'documents'
let cloud: TestCloud
let s3: S3
before(async () => {
  cloud = await startCloud({ services: [service] })
  s3 = new S3(cloud.client)
  await s3.createBucket({ Bucket })
})
after(async () => {
  s3.destroy()
  await cloud.stop()
})

/** The code and message for a body in place of the command's own. */
async function answered(command: any, body: string): Promise<string[]> {
  const response = await fetch(await getSignedUrl(s3, command), { method: command.constructor.name.startsWith('Delete') ? 'POST' : 'PUT', body })
  const text = await response.text()
  return [String(response.status), ...['Code', 'Message'].map(name => new RegExp(`<${name}>(.*)</${name}>`).exec(text)?.[1] ?? '')]
}

const malformed = ['400', 'MalformedXML', 'The XML you provided was not well-formed or did not validate against our published schema']
const tagging = new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet: [] } })
const notification = new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration: {} })

test('a body that is missing is MissingRequestBodyError', async () => {
  const commands = [
    tagging, notification, new PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules: [] } }), new PutBucketPolicyCommand({ Bucket, Policy: '{}' }),
    new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: {} }), new DeleteObjectsCommand({ Bucket, Delete: { Objects: [] } }),
  ]
  for (const command of commands) {
    for (const body of ['', ' \n']) {
      if (command instanceof PutBucketPolicyCommand && body !== '') continue
      assert.deepEqual(await answered(command, body), ['400', 'MissingRequestBodyError', 'Request Body is empty'], command.constructor.name)
    }
  }
})

test('a document that cannot be read, lacks something or is another one is MalformedXML', async () => {
  for (const body of ['<', 'text', '<Tagging>', '<Tagging/>', '<Tagging><TagSet><Tag><Key>a</Key></Tag></TagSet></Tagging>', '<TagSet/>']) {
    assert.deepEqual(await answered(tagging, body), malformed, body)
  }
  assert.deepEqual(await answered(new DeleteObjectsCommand({ Bucket, Delete: { Objects: [] } }), '<Delete><Object/></Delete>'), malformed)
})

test('another document than a notification configuration does not take the bucket’s own away', async () => {
  await s3.putBucketNotificationConfiguration({ Bucket, NotificationConfiguration: { EventBridgeConfiguration: {} } })
  assert.deepEqual(await answered(notification, '<Tagging/>'), malformed)
  assert.deepEqual((await s3.getBucketNotificationConfiguration({ Bucket })).EventBridgeConfiguration, {})
})
