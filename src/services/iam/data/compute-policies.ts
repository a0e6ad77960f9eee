import { allow, allOf, passRoleTo, policy, readOf, readsOf, servicePolicy, type AwsManagedPolicy } from './statements.ts'

const pull = ['ecr:GetAuthorizationToken', 'ecr:BatchCheckLayerAvailability', 'ecr:GetDownloadUrlForLayer', 'ecr:BatchGetImage']
const look = [
  'ecr:GetRepositoryPolicy', 'ecr:DescribeRepositories', 'ecr:ListImages', 'ecr:DescribeImages', 'ecr:GetLifecyclePolicy', 'ecr:GetLifecyclePolicyPreview',
    'ecr:ListTagsForResource',
  'ecr:DescribeImageScanFindings',
]
const push = ['ecr:InitiateLayerUpload', 'ecr:UploadLayerPart', 'ecr:CompleteLayerUpload', 'ecr:PutImage']
const mayLink = (...services: string[]) =>
  allow(['iam:CreateServiceLinkedRole'], '*', { StringEquals: { 'iam:AWSServiceName': services } })

const balancing = [
  'AddTags', 'ApplySecurityGroupsToLoadBalancer', 'AttachLoadBalancerToSubnets', 'ConfigureHealthCheck', 'CreateListener', 'CreateLoadBalancer',
    'CreateLoadBalancerListeners',
  'CreateLoadBalancerPolicy', 'CreateTargetGroup', 'DeleteListener', 'DeleteLoadBalancer', 'DeleteLoadBalancerListeners', 'DeleteTargetGroup',
  'DeregisterInstancesFromLoadBalancer', 'DeregisterTargets', 'DescribeListeners', 'DescribeLoadBalancerAttributes', 'DescribeLoadBalancerPolicies',
    'DescribeLoadBalancers',
  'DescribeTargetGroupAttributes', 'DescribeTargetGroups', 'DescribeTargetHealth', 'DetachLoadBalancerFromSubnets', 'ModifyListener',
    'ModifyLoadBalancerAttributes',
  'ModifyTargetGroup', 'ModifyTargetGroupAttributes', 'RegisterInstancesWithLoadBalancer', 'RegisterTargets', 'SetLoadBalancerPoliciesForBackendServer',
  'SetLoadBalancerPoliciesOfListener',
].map(name => `elasticloadbalancing:${name}`)
const clusterNetwork = [
  'AttachVolume', 'AuthorizeSecurityGroupIngress', 'CreateRoute', 'CreateSecurityGroup', 'CreateTags', 'CreateVolume', 'DeleteRoute', 'DeleteSecurityGroup',
    'DeleteVolume',
  'DescribeInstances', 'DescribeRouteTables', 'DescribeSecurityGroups', 'DescribeSubnets', 'DescribeVolumes', 'DescribeVolumesModifications', 'DescribeVpcs',
    'DescribeDhcpOptions',
  'DescribeNetworkInterfaces', 'DescribeAvailabilityZones', 'DetachVolume', 'ModifyInstanceAttribute', 'ModifyVolume', 'RevokeSecurityGroupIngress',
    'DescribeAccountAttributes',
  'DescribeAddresses', 'DescribeInternetGateways', 'DescribeInstanceTopology',
].map(name => `ec2:${name}`)

const containers: Record<string, AwsManagedPolicy> = {
  AmazonEC2ContainerRegistryFullAccess: policy(allow(['ecr:*', 'cloudtrail:LookupEvents']), mayLink('replication.ecr.amazonaws.com')),
  AmazonEC2ContainerRegistryPowerUser: policy(allow([...pull, ...look, ...push])),
  AmazonEC2ContainerRegistryPullOnly: policy(allow([...pull, 'ecr:BatchImportUpstreamImage'])),
  AmazonElasticContainerRegistryPublicReadOnly: policy(allow([
    'ecr-public:GetAuthorizationToken', 'sts:GetServiceBearerToken', 'ecr-public:BatchCheckLayerAvailability', 'ecr-public:GetRepositoryPolicy',
      'ecr-public:Describe*',
    'ecr-public:GetRepositoryCatalogData', 'ecr-public:GetRegistryCatalogData', 'ecr-public:ListTagsForResource',
  ])),
  AmazonECS_FullAccess: policy(
    allow([
      'ecs:*', 'application-autoscaling:*', 'appmesh:Describe*', 'appmesh:List*', 'autoscaling:*', 'cloudformation:*Stack', 'cloudformation:DescribeStack*',
        'cloudwatch:*Alarms',
      'cloudwatch:GetMetricStatistics', 'codedeploy:*', 'ec2:*', 'elasticfilesystem:Describe*', 'elasticloadbalancing:*', 'events:*Rule', 'events:*Targets',
        'events:List*', 'fsx:DescribeFileSystems',
      'iam:ListAttachedRolePolicies', 'iam:ListInstanceProfiles', 'iam:ListRoles', 'lambda:ListFunctions', 'logs:CreateLogGroup', 'logs:DescribeLogGroups',
        'logs:FilterLogEvents',
      'route53:*HostedZone', 'route53:Get*', 'route53:ListHostedZonesByName', 'servicediscovery:*', 'sns:ListTopics',
    ]),
    allow(['ssm:GetParameter', 'ssm:GetParameters', 'ssm:GetParametersByPath'], 'arn:aws:ssm:*:*:parameter/aws/service/ecs*'),
    passRoleTo('ecs-tasks.amazonaws.com', 'ecs.amazonaws.com', 'ec2.amazonaws.com', 'application-autoscaling.amazonaws.com'),
    mayLink('autoscaling.amazonaws.com', 'ecs.amazonaws.com', 'ecs.application-autoscaling.amazonaws.com', 'spot.amazonaws.com', 'spotfleet.amazonaws.com'),
  ),
  AmazonEC2ContainerServiceforEC2Role: servicePolicy(
    allow([
      'ec2:DescribeTags', 'ecs:CreateCluster', 'ecs:DeregisterContainerInstance', 'ecs:DiscoverPollEndpoint', 'ecs:Poll', 'ecs:RegisterContainerInstance',
        'ecs:StartTelemetrySession',
      'ecs:UpdateContainerInstancesState', 'ecs:Submit*', ...pull, 'logs:CreateLogStream', 'logs:PutLogEvents',
    ]),
    allow(['ecs:TagResource'], '*', { StringEquals: { 'ecs:CreateAction': ['CreateCluster', 'RegisterContainerInstance'] } }),
  ),
  AmazonEC2ContainerServiceRole: servicePolicy(allow([
    'ec2:AuthorizeSecurityGroupIngress', 'ec2:Describe*', 'elasticloadbalancing:DeregisterInstancesFromLoadBalancer',
      'elasticloadbalancing:DeregisterTargets',
    'elasticloadbalancing:Describe*', 'elasticloadbalancing:RegisterInstancesWithLoadBalancer', 'elasticloadbalancing:RegisterTargets',
  ])),
  AmazonEC2ContainerServiceAutoscaleRole: servicePolicy(
    allow(['ecs:DescribeServices', 'ecs:UpdateService']), allow(['cloudwatch:DescribeAlarms', 'cloudwatch:PutMetricAlarm']),
  ),
  AmazonEC2ContainerServiceEventsRole: servicePolicy(
    allow(['ecs:RunTask']), allow(['iam:PassRole'], '*', { StringLike: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } }),
    allow(['ecs:TagResource'], '*', { StringEquals: { 'ecs:CreateAction': ['RunTask'] } }),
  ),
  AmazonEKSClusterPolicy: policy(
    allow(['autoscaling:DescribeAutoScalingGroups', 'autoscaling:UpdateAutoScalingGroup', ...clusterNetwork, ...balancing, 'kms:DescribeKey']),
    mayLink('elasticloadbalancing.amazonaws.com'),
    allow(['ec2:DeleteNetworkInterface'], '*', { StringEquals: { 'ec2:ResourceTag/eks:eni:owner': 'amazon-vpc-cni' } }),
  ),
  AmazonEKSServicePolicy: policy(
    allow([
      'ec2:CreateNetworkInterface', 'ec2:CreateNetworkInterfacePermission', 'ec2:DeleteNetworkInterface', 'ec2:DescribeInstances',
        'ec2:DescribeNetworkInterfaces', 'ec2:DetachNetworkInterface',
      'ec2:DescribeSecurityGroups', 'ec2:DescribeSubnets', 'ec2:DescribeVpcs', 'ec2:ModifyNetworkInterfaceAttribute', 'iam:ListAttachedRolePolicies',
        'eks:UpdateClusterVersion',
    ]),
    allow(['ec2:CreateTags', 'ec2:DeleteTags'], ['arn:aws:ec2:*:*:vpc/*', 'arn:aws:ec2:*:*:subnet/*']), allow(['route53:AssociateVPCWithHostedZone']),
      allow(['logs:CreateLogGroup']),
    allow(['logs:CreateLogStream', 'logs:DescribeLogStreams'], 'arn:aws:logs:*:*:log-group:/aws/eks/*:*'), allow(['logs:PutLogEvents'],
      'arn:aws:logs:*:*:log-group:/aws/eks/*:*:*'),
    mayLink('eks.amazonaws.com'),
  ),
  AmazonEKSWorkerNodePolicy: policy(allow([
    'ec2:DescribeInstances', 'ec2:DescribeInstanceTypes', 'ec2:DescribeRouteTables', 'ec2:DescribeSecurityGroups', 'ec2:DescribeSubnets',
      'ec2:DescribeVolumes',
    'ec2:DescribeVolumesModifications', 'ec2:DescribeVpcs', 'eks:DescribeCluster', 'eks-auth:AssumeRoleForPodIdentity',
  ])),
  AmazonEKSWorkerNodeMinimalPolicy: policy(allow(['eks-auth:AssumeRoleForPodIdentity'])),
  AmazonEKS_CNI_Policy: policy(
    allow([
      'ec2:AssignPrivateIpAddresses', 'ec2:AttachNetworkInterface', 'ec2:CreateNetworkInterface', 'ec2:DeleteNetworkInterface', 'ec2:DescribeInstances',
        'ec2:DescribeTags',
      'ec2:DescribeNetworkInterfaces', 'ec2:DescribeInstanceTypes', 'ec2:DescribeSubnets', 'ec2:DetachNetworkInterface',
        'ec2:ModifyNetworkInterfaceAttribute', 'ec2:UnassignPrivateIpAddresses',
    ]),
    allow(['ec2:CreateTags'], ['arn:aws:ec2:*:*:network-interface/*']),
  ),
  AmazonEKSVPCResourceController: policy(
    allow(['ec2:CreateNetworkInterfacePermission'], '*', { 'ForAnyValue:StringEquals': { 'ec2:ResourceTag/eks:eni:owner': 'eks-vpc-resource-controller' } }),
    allow([
      'ec2:CreateNetworkInterface', 'ec2:DetachNetworkInterface', 'ec2:ModifyNetworkInterfaceAttribute', 'ec2:DeleteNetworkInterface',
        'ec2:AttachNetworkInterface',
      'ec2:UnassignPrivateIpAddresses', 'ec2:AssignPrivateIpAddresses',
    ]),
  ),
  AmazonEKSFargatePodExecutionRolePolicy: policy(allow(pull)),
  AmazonEBSCSIDriverPolicy: servicePolicy(
    allow([
      'ec2:DescribeAvailabilityZones', 'ec2:DescribeInstances', 'ec2:DescribeSnapshots', 'ec2:DescribeTags', 'ec2:DescribeVolumes',
        'ec2:DescribeVolumesModifications',
      'ec2:DescribeVolumeStatus', 'ec2:CreateSnapshot', 'ec2:AttachVolume', 'ec2:DetachVolume', 'ec2:ModifyVolume', 'ec2:EnableFastSnapshotRestores',
    ]),
    allow(['ec2:CreateTags'], ['arn:aws:ec2:*:*:volume/*', 'arn:aws:ec2:*:*:snapshot/*'], { StringEquals: { 'ec2:CreateAction': ['CreateVolume',
      'CreateSnapshot'] } }),
    allow(['ec2:DeleteTags'], ['arn:aws:ec2:*:*:volume/*', 'arn:aws:ec2:*:*:snapshot/*']),
    allow(['ec2:CreateVolume', 'ec2:DeleteVolume', 'ec2:DeleteSnapshot'], '*', { StringLike: { 'ec2:ResourceTag/ebs.csi.aws.com/cluster': 'true' } }),
  ),
  AmazonEFSCSIDriverPolicy: servicePolicy(
    allow(['elasticfilesystem:DescribeAccessPoints', 'elasticfilesystem:DescribeFileSystems', 'elasticfilesystem:DescribeMountTargets',
      'ec2:DescribeAvailabilityZones']),
    allow(['elasticfilesystem:CreateAccessPoint'], '*', { Null: { 'aws:RequestTag/efs.csi.aws.com/cluster': 'false' } }),
    allow(['elasticfilesystem:DeleteAccessPoint', 'elasticfilesystem:TagResource'], '*', { Null: { 'aws:ResourceTag/efs.csi.aws.com/cluster': 'false' } }),
  ),
  AWSAppRunnerServicePolicyForECRAccess: servicePolicy(allow([...pull, 'ecr:DescribeImages'])),
  AWSBatchServiceRole: servicePolicy(
    allow([
      'ec2:Describe*', 'ec2:CreateLaunchTemplate', 'ec2:DeleteLaunchTemplate', 'ec2:RequestSpotFleet', 'ec2:CancelSpotFleetRequests',
        'ec2:ModifySpotFleetRequest', 'ec2:TerminateInstances',
      'ec2:RunInstances', 'autoscaling:*', 'ecs:*', 'logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents', 'logs:DescribeLogGroups',
        'iam:GetInstanceProfile', 'iam:GetRole',
    ]),
    passRoleTo('ec2.amazonaws.com', 'ec2.amazonaws.com.cn', 'ecs-tasks.amazonaws.com'),
    mayLink('spot.amazonaws.com', 'spotfleet.amazonaws.com', 'autoscaling.amazonaws.com', 'ecs.amazonaws.com'),
  ),
  AWSBatchFullAccess: policy(allow(['batch:*', 'cloudwatch:GetMetricStatistics', 'ec2:Describe*', 'ecs:DescribeClusters', 'ecs:Describe*', 'ecs:List*',
    'logs:Describe*', 'logs:Get*', 'iam:ListInstanceProfiles', 'iam:ListRoles'])),
}

const machines: Record<string, AwsManagedPolicy> = {
  AmazonEC2FullAccess: policy(allow(['ec2:*', 'elasticloadbalancing:*', 'cloudwatch:*', 'autoscaling:*']),
    mayLink('autoscaling.amazonaws.com', 'ec2scheduled.amazonaws.com', 'elasticloadbalancing.amazonaws.com', 'spot.amazonaws.com', 'spotfleet.amazonaws.com',
      'transitgateway.amazonaws.com')),
  AmazonEC2ReadOnlyAccess: policy(allow([
    'ec2:Describe*', 'ec2:GetSecurityGroupsForVpc', 'elasticloadbalancing:Describe*', 'cloudwatch:ListMetrics', 'cloudwatch:GetMetricStatistics',
      'cloudwatch:Describe*', 'autoscaling:Describe*',
  ])),
  AmazonVPCFullAccess: policy(allow(['ec2:*Vpc*', 'ec2:*Subnet*', 'ec2:*Route*', 'ec2:*Gateway*', 'ec2:*NetworkAcl*', 'ec2:*SecurityGroup*',
    'ec2:*NetworkInterface*', 'ec2:*Address*', 'ec2:*FlowLogs',
    'ec2:*DhcpOptions', 'ec2:*Tags', 'ec2:*PrefixList*', 'ec2:Describe*'])),
  AmazonVPCReadOnlyAccess: policy(allow(['ec2:Describe*', 'ec2:Get*', 'ec2:Search*'])),
  AmazonEC2SpotFleetTaggingRole: servicePolicy(
    allow(['ec2:DescribeImages', 'ec2:DescribeSubnets', 'ec2:RequestSpotInstances', 'ec2:TerminateInstances', 'ec2:DescribeInstanceStatus', 'ec2:CreateTags',
      'ec2:RunInstances']),
    passRoleTo('ec2.amazonaws.com', 'ec2.amazonaws.com.cn'),
    allow(['elasticloadbalancing:RegisterInstancesWithLoadBalancer'], 'arn:aws:elasticloadbalancing:*:*:loadbalancer/*'),
      allow(['elasticloadbalancing:RegisterTargets'], 'arn:aws:elasticloadbalancing:*:*:*/*'),
  ),
  AutoScalingFullAccess: policy(allow(['autoscaling:*', 'cloudwatch:PutMetricAlarm', 'ec2:Describe*', 'elasticloadbalancing:Describe*']),
    mayLink('autoscaling.amazonaws.com')),
  AutoScalingReadOnlyAccess: policy(allow(['autoscaling:Describe*'])),
  ElasticLoadBalancingFullAccess: policy(allow(['elasticloadbalancing:*', 'ec2:Describe*', 'cognito-idp:DescribeUserPoolClient']),
    mayLink('elasticloadbalancing.amazonaws.com')),
  ElasticLoadBalancingReadOnly: policy(allow(['elasticloadbalancing:Describe*', 'elasticloadbalancing:Get*', 'ec2:DescribeInstances',
    'ec2:DescribeClassicLinkInstances', 'ec2:DescribeSecurityGroups'])),
  AmazonElasticFileSystemFullAccess: allOf('elasticfilesystem'),
  AmazonElasticFileSystemReadOnlyAccess: readsOf('elasticfilesystem'),
  AmazonElasticFileSystemClientFullAccess: policy(allow(['ClientMount', 'ClientRootAccess', 'ClientWrite',
    'DescribeMountTargets'].map(name => `elasticfilesystem:${name}`))),
  AmazonElasticFileSystemClientReadWriteAccess: policy(allow(['ClientMount', 'ClientWrite',
    'DescribeMountTargets'].map(name => `elasticfilesystem:${name}`))),
  AmazonElasticFileSystemClientReadOnlyAccess: policy(allow(['elasticfilesystem:ClientMount', 'elasticfilesystem:DescribeMountTargets'])),
}

const databases: Record<string, AwsManagedPolicy> = {
  AmazonRDSFullAccess: policy(
    allow(['rds:*', 'application-autoscaling:*', 'cloudwatch:*Alarm*', 'cloudwatch:GetMetric*', 'cloudwatch:ListMetrics', 'ec2:Describe*',
      'logs:DescribeLogStreams', 'logs:GetLogEvents', 'sns:List*', 'sns:Publish',
      'outposts:GetOutpostInstanceTypes', 'devops-guru:GetResourceCollection']),
    mayLink('rds.amazonaws.com', 'rds.application-autoscaling.amazonaws.com'),
  ),
  AmazonRDSReadOnlyAccess: policy(allow(['rds:Describe*', 'rds:ListTagsForResource', 'ec2:Describe*', 'cloudwatch:GetMetric*', 'cloudwatch:ListMetrics',
    'logs:DescribeLogStreams', 'logs:GetLogEvents'])),
  AmazonRDSDataFullAccess: policy(
    allow(['secretsmanager:GetSecretValue', 'secretsmanager:PutResourcePolicy', 'secretsmanager:PutSecretValue', 'secretsmanager:DeleteSecret',
      'secretsmanager:DescribeSecret', 'secretsmanager:TagResource'],
      'arn:aws:secretsmanager:*:*:secret:rds-db-credentials/*'),
    allow(['dbqms:*', 'rds-data:ExecuteSql', 'rds-data:ExecuteStatement', 'rds-data:BatchExecuteStatement', 'rds-data:BeginTransaction',
      'rds-data:CommitTransaction', 'rds-data:RollbackTransaction',
      'secretsmanager:CreateSecret', 'secretsmanager:ListSecrets', 'secretsmanager:GetRandomPassword', 'tag:GetResources']),
  ),
  AmazonRDSEnhancedMonitoringRole: servicePolicy(
    allow(['logs:CreateLogGroup', 'logs:PutRetentionPolicy'], 'arn:aws:logs:*:*:log-group:RDS*'),
    allow(['logs:CreateLogStream', 'logs:PutLogEvents', 'logs:DescribeLogStreams', 'logs:GetLogEvents'], 'arn:aws:logs:*:*:log-group:RDS*:log-stream:*'),
  ),
  AmazonRDSDirectoryServiceAccess: servicePolicy(allow(['ds:DescribeDirectories', 'ds:AuthorizeApplication', 'ds:UnauthorizeApplication',
    'ds:GetAuthorizedApplicationDetails'])),
  AmazonElastiCacheFullAccess: policy(allow(['elasticache:*']), mayLink('elasticache.amazonaws.com')),
  AmazonElastiCacheReadOnlyAccess: policy(allow(['elasticache:Describe*', 'elasticache:List*'])),
  AmazonOpenSearchServiceFullAccess: allOf('es'),
  AmazonOpenSearchServiceReadOnlyAccess: policy(allow(['es:Describe*', 'es:List*', 'es:Get*'])),
  AmazonRedshiftFullAccess: policy(allow(['redshift:*', 'redshift-serverless:*', 'ec2:Describe*', 'sns:CreateTopic', 'sns:Get*', 'sns:List*',
    'cloudwatch:Describe*', 'cloudwatch:Get*', 'cloudwatch:List*',
    'cloudwatch:PutMetricAlarm', 'cloudwatch:EnableAlarmActions', 'cloudwatch:DisableAlarmActions', 'tag:GetResources']), mayLink('redshift.amazonaws.com')),
  AmazonMSKFullAccess: policy(allow(['kafka:*', 'ec2:Describe*', 'kms:DescribeKey', 'kms:CreateGrant', 'logs:*LogDelivery*', 'logs:*ResourcePolicies',
    'logs:PutResourcePolicy', 'logs:DescribeLogGroups', 'S3:GetBucketPolicy',
    'firehose:TagDeliveryStream']), mayLink('kafka.amazonaws.com', 'delivery.logs.amazonaws.com')),
  AmazonMSKReadOnlyAccess: policy(allow(['kafka:Describe*', 'kafka:List*', 'kafka:Get*', 'ec2:DescribeNetworkInterfaces', 'ec2:DescribeSecurityGroups',
    'ec2:DescribeSubnets', 'ec2:DescribeVpcs', 'kms:DescribeKey'])),
  AmazonDMSVPCManagementRole: servicePolicy(allow([
    'ec2:CreateNetworkInterface', 'ec2:DescribeAvailabilityZones', 'ec2:DescribeDhcpOptions', 'ec2:DescribeInternetGateways', 'ec2:DescribeSecurityGroups',
      'ec2:DescribeSubnets', 'ec2:DescribeVpcs',
    'ec2:DeleteNetworkInterface', 'ec2:ModifyNetworkInterfaceAttribute',
  ])),
  AWSBackupServiceRolePolicyForBackup: servicePolicy(allow([...readOf(['dynamodb', 'ec2', 'rds', 's3', 'tag']), 'dynamodb:CreateBackup',
    'dynamodb:DeleteBackup', 'rds:CreateDBSnapshot', 'rds:DeleteDBSnapshot',
    'rds:CopyDBSnapshot', 'rds:AddTagsToResource', 'ec2:CreateSnapshot', 'ec2:CreateTags', 'ec2:DeleteSnapshot', 'backup:*', 'kms:DescribeKey',
      'kms:Decrypt', 'kms:GenerateDataKey'])),
}

/** AWS managed policies about containers, machines and databases. */
export const computePolicies: Record<string, AwsManagedPolicy> = { ...containers, ...machines, ...databases }
