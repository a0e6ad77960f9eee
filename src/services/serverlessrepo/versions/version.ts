import type { VersionSource, VersionView } from '../../../contracts/serverlessrepo.ts'
import { applicationId, applicationKey, BadRequestException, NotFoundException, type ApplicationKey, type Repo, type VersionRow } from '../state.ts'
import { contentUrl } from '../browse/urls.ts'
import { objectAt } from '../../../platform/s3-address.ts'
import { readable, takeArtifacts } from './artifacts.ts'
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
  const checked = await checkTemplate(repo, template)
  const archive = source.SourceCodeArchiveUrl === undefined ? undefined : await archiveOf(repo, source.SourceCodeArchiveUrl)
  return {
    account, region, name, version, ...await takeArtifacts(repo, template), ...source.SourceCodeUrl !== undefined && { sourceCodeUrl: source.SourceCodeUrl },
    ...archive !== undefined && { sourceCodeArchive: archive }, ...checked, createdMs: repo.now(),
  }
}

/** Keeps a copy of the archive of a version's source code: a zip file in S3 that the caller may read. */
async function archiveOf(repo: Repo, address: string): Promise<string> {
  const place = objectAt(address)
  if (!place) throw new BadRequestException(`The SourceCodeArchiveUrl ${address} is not an address in S3.`)
  const bytes = await readable(repo, place, 'The archive')
  if (bytes.subarray(0, 4).toString('latin1') !== 'PK\x03\x04') throw new BadRequestException(`The SourceCodeArchiveUrl ${address} is not a zip archive.`)
  return (await repo.blobs.put(bytes)).sha256
}

/** The versions of an application, the highest first. */
export async function versionsOf(repo: Repo, { account, region, name }: ApplicationKey): Promise<VersionRow[]> {
  return (await repo.tables.versions.list({ prefix: [account, region, name] })).sort((a, b) => compareVersions(b.version, a.version))
}

/** The version that a request names, or the highest one that is no pre-release; NotFoundException where there is none. */
export async function versionNamed(repo: Repo, id: string, version: string | undefined): Promise<VersionRow> {
  const key = applicationKey(id)
  const found = version === undefined ? await latestOf(repo, key) : await repo.tables.versions.get(key.account, key.region, key.name, version)
  if (!found) throw new NotFoundException(`No application version ${version ?? ''} with application id ${id} was found.`)
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
  ...row.sourceCodeUrl !== undefined && { SourceCodeUrl: row.sourceCodeUrl },
  ...row.sourceCodeArchive !== undefined && { SourceCodeArchiveUrl: contentUrl(repo, row, 'archive', row.version) },
})
