import { applicationNamed, type Input, type Output, type Repo } from '../state.ts'
import { latestOf, versionNamed, versionView } from '../versions/version.ts'
import { applicationView } from './application.ts'

/** An application with the version that the request names, or its highest. */
export async function GetApplication(repo: Repo, input: Input<'GetApplication'>): Promise<Output<'GetApplication'>> {
  const row = await applicationNamed(repo, input.ApplicationId)
  const version = input.SemanticVersion === undefined ? await latestOf(repo, row) : await versionNamed(repo, input.ApplicationId, input.SemanticVersion)
  return { ...applicationView(repo, row), ...version && { Version: versionView(repo, version) } }
}
