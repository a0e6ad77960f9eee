import type { GetTemplateInput, GetTemplateOutput } from '@aws-sdk/client-cloudformation'
import { requireChangeSet } from '../changesets/changeset.ts'
import type { CloudFormation } from '../state.ts'
import { requireStack } from '../stacks/stack.ts'
import { ValidationError } from '../template/template.ts'

/** A stack's template, or a change set's: as it was sent, or after its transforms. */
export async function GetTemplate(cfn: CloudFormation, input: GetTemplateInput): Promise<GetTemplateOutput> {
  const stack = input.ChangeSetName !== undefined ? undefined : await requireStack(cfn, input.StackName)
  const model = stack?.model ?? (await requireChangeSet(cfn, input)).model!
  const row = await cfn.tables.templates.get(model.templateId)
  // A stack that has change sets and nothing else yet has an empty template, which the CDK asks for.
  if (!row && stack?.status === 'REVIEW_IN_PROGRESS') return { TemplateBody: '', StagesAvailable: ['Original', 'Processed'] }
  if (!row) throw new ValidationError(`Template not available for stack ${input.StackName}: it has not been created yet.`)
  const processed = input.TemplateStage === 'Processed'
  return { TemplateBody: processed && row.transformed ? row.processed : row.body, StagesAvailable: ['Original', 'Processed'] }
}
