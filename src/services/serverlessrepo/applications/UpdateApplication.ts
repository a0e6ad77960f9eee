import { applicationNamed, type ApplicationRow, type Input, type Output, type Repo } from '../state.ts'
import { givenText } from '../versions/source.ts'
import { applicationView, checkDescription } from './application.ts'

/** Changes the description of an application: what the request does not name stays. */
export async function UpdateApplication(repo: Repo, input: Input<'UpdateApplication'>): Promise<Output<'UpdateApplication'>> {
  const before = await applicationNamed(repo, input.ApplicationId)
  checkDescription(input)
  const readme = await givenText(repo, 'Readme', input.ReadmeBody, input.ReadmeUrl)
  const row: ApplicationRow = {
    ...before, ...input.Author !== undefined && { author: input.Author }, ...input.Description !== undefined && { description: input.Description },
    ...input.HomePageUrl !== undefined && { homePageUrl: input.HomePageUrl }, ...input.Labels && { labels: input.Labels },
    ...readme !== undefined && { readme },
  }
  await repo.tables.applications.put(row)
  return applicationView(repo, row)
}
