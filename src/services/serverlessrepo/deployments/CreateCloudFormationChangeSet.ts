import { BadRequestException, NotFoundException, type Input, type Output, type Repo } from '../state.ts'
import { versionNamed } from '../versions/version.ts'

/**
 * Makes a change set that deploys a version, with the caller's rights, to the stack `serverlessrepo-NAME`: a new one, or one that is there.
 * The capabilities that the version requires must be acknowledged.
 */
export async function CreateCloudFormationChangeSet(
  repo: Repo, input: Input<'CreateCloudFormationChangeSet'>
): Promise<Output<'CreateCloudFormationChangeSet'>> {
  const chosen = input.TemplateId === undefined ? undefined : await repo.tables.templates.get(input.TemplateId)
  if (input.TemplateId !== undefined && chosen?.applicationId !== input.ApplicationId) {
    throw new NotFoundException(`No template with id ${input.TemplateId} was found.`)
  }
  const row = await versionNamed(repo, input.ApplicationId, chosen?.version ?? input.SemanticVersion)
  const given = input.Capabilities ?? []
  const missing = row.capabilities.filter(capability => !given.includes(capability) &&
    !(capability === 'CAPABILITY_IAM' && given.includes('CAPABILITY_NAMED_IAM')))
  if (missing.length > 0) throw new BadRequestException(`The application requires the following capabilities to be acknowledged: ${missing.join(', ')}`)
  const stack = `serverlessrepo-${input.StackName}`
  const { cloudformation } = repo.aws
  const isThere = await cloudformation.DescribeStacks({ StackName: stack }).then(({ Stacks }) => Stacks?.[0]?.StackStatus !== 'REVIEW_IN_PROGRESS', () => false)
  const made = await cloudformation.CreateChangeSet({
    StackName: stack, ChangeSetName: input.ChangeSetName ?? `a${repo.newId()}`, ChangeSetType: isThere ? 'UPDATE' : 'CREATE', TemplateBody: row.template,
    // The transform of SAM is the repository's own business; that of nested applications was acknowledged.
    Capabilities: [...new Set([...given.filter(capability => capability !== 'CAPABILITY_RESOURCE_POLICY'), 'CAPABILITY_AUTO_EXPAND'])] as never[],
    Parameters: (input.ParameterOverrides ?? []).map(({ Name, Value }) => ({ ParameterKey: Name, ParameterValue: Value })),
    Tags: [
      ...input.Tags ?? [], { Key: 'serverlessrepo:applicationId', Value: input.ApplicationId }, { Key: 'serverlessrepo:semanticVersion', Value: row.version },
    ],
    ...input.NotificationArns && { NotificationARNs: input.NotificationArns }, ...input.ResourceTypes && { ResourceTypes: input.ResourceTypes },
    ...input.RollbackConfiguration !== undefined && { RollbackConfiguration: input.RollbackConfiguration },
    ...input.Description !== undefined && { Description: input.Description },
    ...input.ClientToken !== undefined && { ClientToken: input.ClientToken },
  })
  return { ApplicationId: input.ApplicationId, ChangeSetId: made.Id!, SemanticVersion: row.version, StackId: made.StackId! }
}
