import { NotFoundException, type Input, type Output, type Repo } from '../state.ts'
import { templateView } from './template.ts'

/** A template that was made ready, ACTIVE or EXPIRED. */
export async function GetCloudFormationTemplate(repo: Repo, input: Input<'GetCloudFormationTemplate'>): Promise<Output<'GetCloudFormationTemplate'>> {
  const row = await repo.tables.templates.get(input.TemplateId)
  if (row?.applicationId !== input.ApplicationId) throw new NotFoundException(`No template with id ${input.TemplateId} was found.`)
  return templateView(repo, row)
}
