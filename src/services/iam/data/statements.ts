// How policies of AWS are written down here.

/** An AWS managed policy: its path and its statements. */
export interface AwsManagedPolicy { path: string, statements: object[] }

export const allow = (Action: string[], Resource: string | string[] = '*', Condition?: object) => ({ Effect: 'Allow', Action, Resource, ...Condition && { Condition } })
export const passRoleTo = (...services: string[]) => allow(['iam:PassRole'], '*', { StringEquals: { 'iam:PassedToService': services } })
export const logs = ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents']
export const xray = ['xray:PutTraceSegments', 'xray:PutTelemetryRecords', 'xray:GetSamplingRules', 'xray:GetSamplingTargets', 'xray:GetSamplingStatisticSummaries']
export const interfaces = [
  'ec2:CreateNetworkInterface', 'ec2:DescribeNetworkInterfaces', 'ec2:DescribeSubnets', 'ec2:DeleteNetworkInterface', 'ec2:AssignPrivateIpAddresses',
  'ec2:UnassignPrivateIpAddresses',
]

const role = '/service-role/'
export const policy = (...statements: object[]): AwsManagedPolicy => ({ path: '/', statements })
export const servicePolicy = (...statements: object[]): AwsManagedPolicy => ({ path: role, statements })

// What a reader may do in the services that Fogbank speaks. AWS's own document goes on for all of its services.
const reads = ['Get*', 'List*', 'Describe*']
export const readOf = (services: string[]) => services.flatMap(service => reads.map(verb => `${service}:${verb}`))

/** Everything of the services. */
export const allOf = (...services: string[]) => policy(allow(services.map(service => `${service}:*`)))

/** What only looks, of the services. */
export const readsOf = (...services: string[]) => policy(allow(readOf(services)))
