import type { Parameter, Tag } from '@aws-sdk/client-cloudformation'
import { withoutDefaults } from '../../../platform/standing.ts'
import { tagsFromList } from '../../../platform/tags.ts'
import type { Known, ResourceContext, ResourceType } from '../../../platform/resource-type.ts'
import { whenEnded } from '../engine/ends.ts'
import { StepError } from '../engine/errors.ts'
import type { CloudFormation } from '../state.ts'

interface Group {
  DeploymentTargets: { Accounts?: string[], OrganizationalUnitIds?: string[], AccountFilterType?: any }, Regions: string[], ParameterOverrides?: Parameter[]
}

/** Truth in a template may be text. */
type Flags<Name extends string> = { [K in Name]?: boolean | string }

interface Properties {
  StackSetName: string, PermissionModel: 'SELF_MANAGED' | 'SERVICE_MANAGED', TemplateBody?: string, TemplateURL?: string, Parameters?: Parameter[],
  Capabilities?: any[]
  Tags?: Tag[], Description?: string, AdministrationRoleARN?: string, ExecutionRoleName?: string, OperationPreferences?: any, StackInstancesGroup?: Group[]
  ManagedExecution?: Flags<'Active'>, AutoDeployment?: Flags<'Enabled' | 'RetainStacksOnAccountRemoval'> & { DependsOn?: string[] },
  CallAs?: 'SELF' | 'DELEGATED_ADMIN'
}

/** AWS::CloudFormation::StackSet: a set and its instances, each group by an operation of its own that is waited for. */
export function stackSetType(cfn: CloudFormation): ResourceType<Properties> {
  return {
    properties: {
      StackSetName: 'required', PermissionModel: 'required', TemplateBody: 'optional', TemplateURL: 'optional', Parameters: 'optional',
      Capabilities: 'optional',
      Tags: 'optional', Description: 'optional', AdministrationRoleARN: 'optional', ExecutionRoleName: 'optional', OperationPreferences: 'optional',
      StackInstancesGroup: 'optional', ManagedExecution: 'optional', AutoDeployment: 'optional', CallAs: 'optional',
    },
    createOnly: ['StackSetName', 'PermissionModel', 'CallAs'],
    identifier: 'StackSetId',
    writeOnly: ['TemplateURL', 'OperationPreferences', 'CallAs', 'StackInstancesGroup'],
    attributes: async (_, StackSetId) => ({ StackSetId }),
    tags: async (context, StackSetName, known) =>
      tagsFromList((await context.aws.cloudformation.DescribeStackSet({ StackSetName, ...callAs(known) })).StackSet!.Tags),
    async read(context, StackSetName, known) {
      const set = await context.aws.cloudformation.DescribeStackSet({ StackSetName, ...callAs(known) }).then(({ StackSet }) => StackSet, (error: Error) => {
        if (error.name !== 'StackSetNotFoundException') throw error
      })
      if (!set || set.Status === 'DELETED') return undefined
      const { TemplateBody, Capabilities = [], Description, AdministrationRoleARN, ExecutionRoleName, PermissionModel, ManagedExecution, AutoDeployment } = set
      return {
        StackSetName: set.StackSetName!, PermissionModel: PermissionModel!, TemplateBody: TemplateBody!, Capabilities, Description, AdministrationRoleARN,
        ExecutionRoleName,
        ManagedExecution: { Active: ManagedExecution?.Active ?? false }, Parameters: parametersOf(set.Parameters, known.Parameters),
        AutoDeployment: AutoDeployment && withoutDefaults(AutoDeployment, known.AutoDeployment, { RetainStacksOnAccountRemoval: false }),
      }
    },
    async create(context, properties) {
      const { StackInstancesGroup: groups = [], OperationPreferences: _, ManagedExecution: _managed, AutoDeployment: _auto, ...input } = properties
      const { StackSetId } = await context.aws.cloudformation.CreateStackSet({
        ...input, ...flagsOf(properties), Tags: tagsOf(context, properties), ClientRequestToken: context.generatedName(128)
      })
      for (const group of groups) await deploy(cfn, context, StackSetId!, properties, group)
      return { id: StackSetId!, attributes: { StackSetId } }
    },
    async update(context, id, properties, previous) {
      const { StackInstancesGroup: groups = [], StackSetName: _, PermissionModel: __, ManagedExecution: _managed, AutoDeployment: _auto, ...input } = properties
      const gone = places(previous.StackInstancesGroup).filter(place => !places(groups).includes(place))
      for (const group of previous.StackInstancesGroup ?? []) await withdraw(cfn, context, id, properties, narrowed(group, gone))
      const { OperationId } = await context.aws.cloudformation.UpdateStackSet({
        ...input, ...flagsOf(properties), StackSetName: id, Tags: tagsOf(context, properties)
      })
      await operationEnds(cfn, context, { StackSetName: id, OperationId, ...callAs(properties) })
      for (const group of groups) await deploy(cfn, context, id, properties, group)
      return { id, attributes: { StackSetId: id } }
    },
    async delete(context, id, properties) {
      const { cloudformation } = context.aws
      try {
        for (const group of properties.StackInstancesGroup ?? []) await withdraw(cfn, context, id, properties, group)
        await cloudformation.DeleteStackSet({ StackSetName: id, ...callAs(properties) })
      } catch (error) {
        if ((error as Error).name !== 'StackSetNotFoundException') throw error
      }
    },
  }
}

/** The parameters that the template sets: the others have the defaults of the set's own. A value that is not shown is taken for the right one. */
const parametersOf = (found: readonly Parameter[] = [], given: readonly Parameter[] = found): Parameter[] => found.flatMap(parameter => {
  const own = given.find(each => each.ParameterKey === parameter.ParameterKey)
  return own ? [parameter.ParameterValue === '****' ? own : parameter] : []
})

const isTrue = (value: unknown): boolean => String(value) === 'true'

/** What is on and off, as the API takes it. */
const flagsOf = ({ ManagedExecution, AutoDeployment: { DependsOn, Enabled, RetainStacksOnAccountRemoval: retain } = {}, AutoDeployment }: Properties) => ({
  ...ManagedExecution && { ManagedExecution: { Active: isTrue(ManagedExecution.Active) } },
  ...AutoDeployment && { AutoDeployment: {
    Enabled: isTrue(Enabled), ...retain !== undefined && { RetainStacksOnAccountRemoval: isTrue(retain) }, ...DependsOn && { DependsOn },
  } },
})

const tagsOf = (context: ResourceContext, { Tags = [] }: Properties): Tag[] =>
  [...Object.entries(context.tags).filter(([key]) => !key.startsWith('aws:')).map(([Key, Value]) => ({ Key, Value })), ...Tags]

const targetsOf = ({ DeploymentTargets: targets }: Group) => targets.OrganizationalUnitIds ?? targets.Accounts ?? []
const places = (groups: readonly Group[] = []): string[] =>
  groups.flatMap(group => targetsOf(group).flatMap(target => group.Regions.map(region => `${target} ${region}`)))

/** What of a group is to go. Its regions are taken back whole: where a region stays for one target and goes for another, both are made anew. */
function narrowed(group: Group, gone: readonly string[]): Group {
  return { ...group, Regions: group.Regions.filter(region => targetsOf(group).some(target => gone.includes(`${target} ${region}`))) }
}

async function deploy(cfn: CloudFormation, context: ResourceContext, id: string, properties: Properties, group: Group): Promise<void> {
  const { OperationId } = await context.aws.cloudformation.CreateStackInstances({
    StackSetName: id, DeploymentTargets: group.DeploymentTargets, Regions: group.Regions, ...preferences(properties), ...callAs(properties),
    ...group.ParameterOverrides && { ParameterOverrides: group.ParameterOverrides },
  })
  await operationEnds(cfn, context, { StackSetName: id, OperationId, ...callAs(properties) })
}

async function withdraw(cfn: CloudFormation, context: ResourceContext, id: string, properties: Properties, group: Group): Promise<void> {
  if (group.Regions.length === 0) return
  try {
    const { OperationId } = await context.aws.cloudformation.DeleteStackInstances({
      StackSetName: id, DeploymentTargets: group.DeploymentTargets, Regions: group.Regions, RetainStacks: false, ...preferences(properties),
      ...callAs(properties),
    })
    await operationEnds(cfn, context, { StackSetName: id, OperationId, ...callAs(properties) })
  } catch (error) {
    if ((error as Error).name !== 'StackInstanceNotFoundException') throw error
  }
}

const callAs = ({ CallAs }: Known<Properties>) => CallAs && { CallAs }
const preferences = ({ OperationPreferences }: Properties) => OperationPreferences && { OperationPreferences }

interface Begun { StackSetName: string, OperationId: string | undefined, CallAs?: Properties['CallAs'] }

async function operationEnds(cfn: CloudFormation, context: ResourceContext, begun: Begun): Promise<void> {
  const { OperationId } = begun
  const look = () => context.aws.cloudformation.DescribeStackSetOperation(begun)
  const { StackSetOperation: operation } = await whenEnded(
    cfn, OperationId!, look, found => ['RUNNING', 'QUEUED', 'STOPPING'].includes(found.StackSetOperation!.Status!)
  )
  if (operation!.Status === 'SUCCEEDED') return
  const { Summaries } = await context.aws.cloudformation.ListStackSetOperationResults(begun)
  const failed = Summaries?.find(row => row.Status === 'FAILED')
  throw new StepError(`Stack set operation [${OperationId}] was unexpectedly stopped or failed${failed ? `. Status reason(s): [${failed.StatusReason}]` : ''}`)
}
