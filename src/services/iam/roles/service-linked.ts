import { globalArn } from '../../../platform/arns.ts'
import { UnmodifiableEntity, type Iam, type RoleRow } from '../state.ts'

// How AWS names the roles of its services, where the name is not made of the service's own.
const names: Record<string, string> = {
  'apidestinations.events': 'AmazonEventBridgeApiDestinations', 'app-integrations': 'AppIntegrations', apprunner: 'AppRunner', appsync: 'AppSync',
  autoscaling: 'AutoScaling',
  'cassandra.application-autoscaling': 'ApplicationAutoScaling_CassandraTable', 'cognito-idp': 'AmazonCognitoIdp',
  'custom-resource.application-autoscaling': 'ApplicationAutoScaling_CustomResource',
  'dynamodb.application-autoscaling': 'ApplicationAutoScaling_DynamoDBTable', 'ecs.application-autoscaling': 'ApplicationAutoScaling_ECSService', ecs: 'ECS',
  eks: 'AmazonEKS',
  'eks-fargate': 'AmazonEKSForFargate', 'eks-nodegroup': 'AmazonEKSNodegroup', elasticache: 'ElastiCache', elasticbeanstalk: 'ElasticBeanstalk',
  elasticfilesystem: 'AmazonElasticFileSystem',
  elasticloadbalancing: 'ElasticLoadBalancing', 'email.cognito-idp': 'AmazonCognitoIdpEmailService', es: 'AmazonElasticsearchService',
  events: 'CloudWatchEvents',
  globalaccelerator: 'GlobalAccelerator', guardduty: 'AmazonGuardDuty', 'kafka.application-autoscaling': 'ApplicationAutoScaling_KafkaCluster',
  'lambda.application-autoscaling': 'ApplicationAutoScaling_LambdaConcurrency', memorydb: 'MemoryDB', opensearchservice: 'AmazonOpenSearchService',
  'ops.apigateway': 'APIGateway',
  'rds.application-autoscaling': 'ApplicationAutoScaling_RDSCluster', rds: 'RDS', 'replication.dynamodb': 'DynamoDBReplication',
  servicediscovery: 'AWSCloudMap', spot: 'EC2Spot',
  spotfleet: 'EC2SpotFleet', ssm: 'AmazonSSM', transitgateway: 'VPCTransitGateway', 'vpc-lattice': 'VpcLattice', wafv2: 'WAFV2Logging',
}

// Services that may have more than one role of the kind, told apart by a suffix.
const suffixed = new Set(['autoscaling', 'lexv2', 'connect', 'app-integrations'])

export interface LinkedName { name: string, takesSuffix: boolean }

/** What the role of a service is called: `AWSServiceRoleForECS` for `ecs.amazonaws.com`. */
export function linkedRoleName(service: string): LinkedName {
  const own = service.replace(/\.amazonaws\.com$/, '')
  const words = own.split(/[.-]/).reverse().map(word => word[0]!.toUpperCase() + word.slice(1))
  return { name: `AWSServiceRoleFor${names[own] ?? words.join('')}`, takesSuffix: suffixed.has(own) || names[own] === undefined }
}

export const isLinked = (row: { path: string }): boolean => row.path.startsWith('/aws-service-role/')

/** Only its service changes such a role. */
export function refuseLinked(row: { name: string, path: string }): void {
  if (isLinked(row)) throw new UnmodifiableEntity(`Cannot perform the operation on the protected role '${row.name}' - this role is only modifiable by AWS`)
}

export const linkedRoleArn = (iam: Pick<Iam, 'partition' | 'account'>, row: Pick<RoleRow, 'path' | 'name'>): string =>
  globalArn(iam, 'iam', `role${row.path}${row.name}`)
