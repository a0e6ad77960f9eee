import type { Known, ResourceContext } from '../../platform/resource-type.ts'
import { allPages, withoutDefaults } from '../../platform/standing.ts'

/** Functions that exist already: for drift detection, import and Cloud Control. Their code is not told. */
export const standingFunctions = {
  identifier: 'FunctionName',
  tags: async ({ aws }: ResourceContext, FunctionName: string) => (await aws.lambda.GetFunction({ FunctionName })).Tags ?? {},
  async read({ aws }: ResourceContext, FunctionName: string, known: Known<any>) {
    try {
      const found = await aws.lambda.GetFunctionConfiguration({ FunctionName })
      const { ReservedConcurrentExecutions } = await aws.lambda.GetFunctionConcurrency({ FunctionName })
      const {
        Role, Runtime, Handler, Description, Timeout, MemorySize, Environment, EphemeralStorage, TracingConfig, Layers, Architectures, PackageType,
        LoggingConfig, VpcConfig, FileSystemConfigs, TenancyConfig, DeadLetterConfig, DurableConfig, KMSKeyArn, SnapStart,
      } = found as Record<string, any>
      const { CodeSigningConfigArn } = await aws.lambda.GetFunctionCodeSigningConfig({ FunctionName })
      const { RecursiveLoop } = await aws.lambda.GetFunctionRecursionConfig({ FunctionName })
      const { UpdateRuntimeOn, RuntimeVersionArn } = await aws.lambda.GetRuntimeManagementConfig({ FunctionName })
      return {
        VpcConfig: VpcConfig && withoutDefaults({
          SubnetIds: VpcConfig.SubnetIds, SecurityGroupIds: VpcConfig.SecurityGroupIds, Ipv6AllowedForDualStack: VpcConfig.Ipv6AllowedForDualStack,
        }, known.VpcConfig, { Ipv6AllowedForDualStack: false }),
        FileSystemConfigs, TenancyConfig, DeadLetterConfig, CodeSigningConfigArn, RecursiveLoop,
        RuntimeManagementConfig: { UpdateRuntimeOn, ...RuntimeVersionArn !== undefined && { RuntimeVersionArn } },
        FunctionName, Role, Runtime, Handler, Description, Timeout, MemorySize, Environment: Environment && { Variables: Environment.Variables },
        EphemeralStorage, SnapStart: SnapStart && (SnapStart.ApplyOn !== 'None' || known.SnapStart) ? { ApplyOn: SnapStart.ApplyOn } : undefined,
        TracingConfig, Architectures, PackageType, KmsKeyArn: KMSKeyArn, ReservedConcurrentExecutions,
        LoggingConfig: LoggingConfig && withoutDefaults(LoggingConfig, known.LoggingConfig, {
          LogFormat: 'Text', LogGroup: `/aws/lambda/${FunctionName}`, ApplicationLogLevel: 'INFO', SystemLogLevel: 'INFO',
        }),
        DurableConfig: DurableConfig && withoutDefaults(DurableConfig, known.DurableConfig, { RetentionPeriodInDays: 14 }),
        Layers: Layers?.map((layer: { Arn: string }) => layer.Arn),
      }
    } catch (error) {
      if ((error as Error).name !== 'ResourceNotFoundException') throw error
      return undefined
    }
  },
  list: ({ aws }: ResourceContext) => allPages(async Marker => {
    const page = await aws.lambda.ListFunctions({ ...Marker !== undefined && { Marker } })
    return { items: page.Functions?.map(found => found.FunctionName!), next: page.NextMarker }
  }),
}
