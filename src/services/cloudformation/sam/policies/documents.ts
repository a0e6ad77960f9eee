import type { Dict, Value } from '../python.ts'

const allow = (Action: Value, Resource: Value): Dict => ({ Action, Effect: 'Allow', Resource })

export const assumeRolePolicy = (service: string): Dict => ({
  Version: '2012-10-17', Statement: [{ Action: ['sts:AssumeRole'], Effect: 'Allow', Principal: { Service: [service] } }],
})

const policy = (PolicyName: string, ...Statement: Dict[]): Dict => ({ PolicyName, PolicyDocument: { Statement } })

export const startExecutionPolicy = (arn: Value, id: string) => policy(`${id}StartExecutionPolicy`, allow('states:StartExecution', arn))
export const sendMessagePolicy = (arn: Value, id: string) => policy(`${id}SQSPolicy`, allow('sqs:SendMessage', arn))
export const publishPolicy = (arn: Value, id: string) => policy(`${id}SNSPolicy`, allow('sns:publish', arn))
export const putEventsPolicy = (arn: Value, id: string) => policy(`${id}EventBridgePolicy`, allow('events:PutEvents', arn))
export const invokeFunctionPolicy = (arn: Value, id: string) => policy(`${id}LambdaPolicy`, allow('lambda:InvokeFunction', arn))
export const putObjectPolicy = (arn: Value, id: string) =>
  policy(`${id}S3Policy`, allow('s3:PutObject', { 'Fn::Join': ['/', [arn, '*']] }), allow('s3:ListBucket', arn))

export const deadLetterPolicy = (action: string, Resource: Value): Dict => ({
  PolicyName: 'DeadLetterQueuePolicy', PolicyDocument: { Version: '2012-10-17', Statement: [{ Action: action, Resource, Effect: 'Allow' }] },
})

/** The policy of a queue that another service may send to. */
export const queuePolicy = (principal: Value, source: Value, queue: Value): Dict => ({
  Version: '2012-10-17',
  Statement: [{ Action: 'sqs:SendMessage', Effect: 'Allow', Principal: principal, Resource: queue, Condition: { ArnEquals: { 'aws:SourceArn': source } } }],
})

export const networkInterfaceStatement = (): Dict => allow([
  'ec2:CreateNetworkInterface', 'ec2:DescribeNetworkInterfaces', 'ec2:DeleteNetworkInterface', 'ec2:DescribeVpcs', 'ec2:DescribeSubnets',
  'ec2:DescribeSecurityGroups',
], '*')
export { allow }
