import assert from 'node:assert/strict'
import { test } from 'node:test'
import { EC2 } from '@aws-sdk/client-ec2'
import { IAM } from '@aws-sdk/client-iam'
import { STS } from '@aws-sdk/client-sts'
import type { ServiceDefinition } from '../../platform/service.ts'
import { startCloud } from '../../testing/index.ts'
import { iam as iamService } from '../iam/service.ts'
import { sts as stsService } from './service.ts'

// Of EC2 no more than what is asked here.
const ec2: ServiceDefinition = {
  name: 'ec2', tables: {}, operations: { DescribeInstances: async () => ({ Reservations: [] }) },
  authorization: { DescribeInstances: { resource: '*', conditions: () => ({ 'ec2:Region': 'us-east-1' }) } },
}

test('DecodeAuthorizationMessage: the details of a denial of EC2, for who may read them', async () => {
  const cloud = await startCloud({ services: [iamService, stsService, ec2] })
  const root = new IAM(cloud.client)
  await root.createUser({ UserName: 'ann' })
  const deny = { Sid: 'NoMachines', Effect: 'Deny', Action: 'ec2:*', Resource: '*' }
  await root.putUserPolicy({ UserName: 'ann', PolicyName: 'p', PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [deny] }) })
  const { AccessKey } = await root.createAccessKey({ UserName: 'ann' })
  const credentials = { accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! }
  const error: any = await new EC2({ ...cloud.client, credentials }).describeInstances({}).catch(thrown => thrown)
  assert.equal(error.name, 'UnauthorizedOperation')
  const wording = /^You are not authorized to perform this operation\. User: \S+ is not .*\. Encoded authorization failure message: ([\w-]+)$/
  const EncodedMessage = wording.exec(error.message)![1]!
  const sts = new STS(cloud.client)
  const decoded = JSON.parse((await sts.decodeAuthorizationMessage({ EncodedMessage })).DecodedMessage!)
  assert.deepEqual(decoded, {
    allowed: false, explicitDeny: true, failures: { items: [] },
    matchedStatements: { items: [{ statementId: 'NoMachines', effect: 'DENY', sourcePolicyId: 'p', sourcePolicyType: 'identity-based policy' }] },
    context: {
      principal: { id: (await root.getUser({ UserName: 'ann' })).User!.UserId, name: 'ann', arn: 'arn:aws:iam::000000000000:user/ann' },
      action: 'ec2:DescribeInstances', resource: '*',
      conditions: { items: [{ key: 'ec2:Region', values: { items: [{ value: 'us-east-1' }] } }] },
    },
  })
  await assert.rejects(new STS({ ...cloud.client, credentials }).decodeAuthorizationMessage({ EncodedMessage }), { name: 'AccessDenied' })
  await assert.rejects(
    sts.decodeAuthorizationMessage({ EncodedMessage: 'rubbish' }), { name: 'InvalidAuthorizationMessageException', message: 'Message is not valid' }
  )
  await cloud.stop()
})
