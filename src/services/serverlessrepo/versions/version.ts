import type { VersionSource, VersionView } from '../../../contracts/serverlessrepo.ts'
import { applicationId, applicationKey, BadRequestException, NotFoundException, type ApplicationKey, type Repo, type VersionRow } from '../state.ts'
import { contentUrl } from '../browse/urls.ts'
import { compareVersions, isSemanticVersion } from './semantic.ts'
import { givenText } from './source.ts'
import { checkTemplate } from './template.ts'

/** A new version of an application from what a request gives; undefined where it gives no template. */
export async function newVersion(
  repo: Repo, { account, region, name }: ApplicationKey, version: string, source: VersionSource
): Promise<VersionRow | undefined> {
  const template = await givenText(repo, 'Template', source.TemplateBody, source.TemplateUrl)
  if (template === undefined) return undefined
  if (!isSemanticVersion(version)) throw new BadRequestException(`Invalid semantic version ${version}. See https://semver.org/ for the form of a version.`)
  return {
    account, region, name, version, template, ...source.SourceCodeUrl !== undefined && { sourceCodeUrl: source.SourceCodeUrl },
    ...source.SourceCodeArchiveUrl !== undefined && { sourceCodeArchiveUrl: source.SourceCodeArchiveUrl }, ...await checkTemplate(repo, template),
    createdMs: repo.now(),
  }
}

/** The versions of an application, the highest first. */
export async function versionsOf(repo: Repo, { account, region, name }: ApplicationKey): Promise<VersionRow[]> {
  return (await repo.tables.versions.list({ prefix: [account, region, name] })).sort((a, b) => compareVersions(b.version, a.version))
}

/** The version that a request names, or the highest one that is no pre-release; NotFoundException where there is none. */
export async function versionNamed(repo: Repo, id: string, version: string | undefined): Promise<VersionRow> {
  const key = applicationKey(id)
  const found = version === undefined ? await latestOf(repo, key) : await repo.tables.versions.get(key.account, key.region, key.name, version)
  if (!found) {
    {
    throw new NotFoundException(`No application version ${version ?? ''} with application id ${id} was found.`)
  }
  }
  return found
}

export async function latestOf(repo: Repo, key: ApplicationKey): Promise<VersionRow | undefined> {
  const all = await versionsOf(repo, key)
  return all.find(row => !row.version.split('+')[0]!.includes('-')) ?? all[0]
}

export const versionView = (repo: Repo, row: VersionRow): VersionView => ({
  ApplicationId: applicationId(repo, row), CreationTime: new Date(row.createdMs).toISOString(), ParameterDefinitions: row.parameters,
  RequiredCapabilities: row.capabilities,
  ResourcesSupported: true, SemanticVersion: row.version, TemplateUrl: contentUrl(repo, row, 'template', row.version),
  ...row.sourceCodeUrl !== undefined && { SourceCodeUrl: row.sourceCodeUrl }, ...row.sourceCodeArchiveUrl !== undefined && {
    SourceCodeArchiveUrl: row.sourceCodeArchiveUrl,
  },
})
