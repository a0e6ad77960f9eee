import { templateLifeMs, type Input, type Output, type Repo } from '../state.ts'
import { versionNamed } from '../versions/version.ts'
import { templateView } from './template.ts'

/** Makes the template of a version ready for a deployment; it can be read for six hours. */
export async function CreateCloudFormationTemplate(repo: Repo, input: Input<'CreateCloudFormationTemplate'>): Promise<Output<'CreateCloudFormationTemplate'>> {
  const { version } = await versionNamed(repo, input.ApplicationId, input.SemanticVersion)
  const row = { id: repo.newId(), applicationId: input.ApplicationId, version, createdMs: repo.now() }
  await repo.tables.templates.put(row)
  repo.enqueue('expireTemplate', { id: row.id }, { at: row.createdMs + 2 * templateLifeMs })
  return templateView(repo, row)
}

/** Forgets a template some hours after it has expired. */
export async function expireTemplate(repo: Repo, { id }: { id: string }): Promise<void> {
  await repo.tables.templates.delete(id)
}
