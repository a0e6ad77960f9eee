import type { GetTemplateInput, GetTemplateOutput } from '@aws-sdk/client-cloudformation'
import { requireChangeSet } from '../changesets/changeset.ts'
import type { CloudFormation } from '../state.ts'
import { requireStack } from '../stacks/stack.ts'
import { ValidationError } from '../template/template.ts'

/** A stack's template, or a change set's: as it was sent, or after its transforms. */
export async function GetTemplate(cfn: CloudFormation, input: GetTemplateInput): Promise<GetTemplateOutput> {
  const model = input.ChangeSetName !== undefined ? (await requireChangeSet(cfn, input)).model! : (await requireStack(cfn, input.StackName)).model
  const row = await cfn.tables.templates.get(model.templateId)
  if (!row) throw new ValidationError(`Template not available for stack ${input.StackName}: it has not been created yet.`)
  const processed = input.TemplateStage === 'Processed'
  return { TemplateBody: processed && row.transformed ? row.processed : row.body, StagesAvailable: ['Original', 'Processed'] }
}
