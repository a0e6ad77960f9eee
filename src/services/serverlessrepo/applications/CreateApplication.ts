import { ConflictException, BadRequestException, applicationId, type ApplicationRow, type Input, type Output, type Repo } from '../state.ts'
import { givenText } from '../versions/source.ts'
import { newVersion, versionView } from '../versions/version.ts'
import { applicationView, checkDescription } from './application.ts'

/** Makes an application, private at first, with a version where the request gives a template. One of the name is ConflictException. */
export async function CreateApplication(repo: Repo, input: Input<'CreateApplication'>): Promise<Output<'CreateApplication'>> {
  checkDescription(input)
  const { account, region } = repo
  const name = input.Name
  if (await repo.tables.applications.get(account, region, name)) {
    throw new ConflictException(`Application with id ${applicationId(repo, { account, region, name })} already exists`)
  }
  const license = await givenText(repo, 'License', input.LicenseBody, input.LicenseUrl)
  const readme = await givenText(repo, 'Readme', input.ReadmeBody, input.ReadmeUrl)
  const row: ApplicationRow = {
    account, region, name, author: input.Author, description: input.Description, labels: input.Labels ?? [], createdMs: repo.now(), statements: [],
    ...input.HomePageUrl !== undefined && { homePageUrl: input.HomePageUrl }, ...input.SpdxLicenseId !== undefined && { spdxLicenseId: input.SpdxLicenseId },
    ...license !== undefined && { license }, ...readme !== undefined && { readme },
  }
  if (input.SemanticVersion === undefined && (input.TemplateBody ?? input.TemplateUrl) !== undefined) {
    throw new BadRequestException('SemanticVersion is required with a template.')
  }
  const version = input.SemanticVersion === undefined ? undefined : await newVersion(repo, row, input.SemanticVersion, input)
  await repo.transact(async (inside: Repo) => {
    if (await inside.tables.applications.get(account, region, name)) {
      throw new ConflictException(`Application with id ${applicationId(repo, row)} already exists`)
    }
    await inside.tables.applications.put(row)
    if (version) await inside.tables.versions.put(version)
  })
  return { ...applicationView(repo, row), ...version && { Version: versionView(repo, version) } }
}
