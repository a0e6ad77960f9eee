import type { ApplicationSummary, ApplicationView } from '../../../contracts/serverlessrepo.ts'
import { contentUrl } from '../browse/urls.ts'
import { repositoryAccount } from '../published/repository.ts'
import { applicationId, BadRequestException, labelsMax, type ApplicationRow, type Repo } from '../state.ts'

export const summaryView = (repo: Repo, row: ApplicationRow): ApplicationSummary => ({
  ApplicationId: applicationId(repo, row), Name: row.name, Author: row.author, Description: row.description,
  CreationTime: new Date(row.createdMs).toISOString(), Labels: row.labels,
  ...row.homePageUrl !== undefined && { HomePageUrl: row.homePageUrl }, ...row.spdxLicenseId !== undefined && { SpdxLicenseId: row.spdxLicenseId },
})

export const applicationView = (repo: Repo, row: ApplicationRow): ApplicationView => ({
  ...summaryView(repo, row), IsVerifiedAuthor: row.account === repositoryAccount,
  ...row.license !== undefined && { LicenseUrl: contentUrl(repo, row, 'license') },
  ...row.readme !== undefined && { ReadmeUrl: contentUrl(repo, row, 'readme') },
})

interface Described { Author?: string, Description?: string, Labels?: string[], Name?: string, HomePageUrl?: string }

/** Refuses what AWS's page says an application may not be called or described as. */
export function checkDescription({ Name: name, Author: author, Description: description, Labels: labels = [], HomePageUrl: page }: Described): void {
  const refuse = (message: string) => { throw new BadRequestException(message) }
  if (name !== undefined && !/^[a-zA-Z0-9-]{1,140}$/.test(name)) refuse(`Invalid application name ${name}: 1 to 140 letters, digits and hyphens.`)
  if (author !== undefined && (author.length > 127 || !/^[a-z0-9](?:(?:[a-z0-9]|-(?!-))*[a-z0-9])?$/.test(author))) {
    refuse(`Invalid author ${author}: 1 to 127 lower case letters, digits and single hyphens inside.`)
  }
  if (description !== undefined && (description.length < 1 || description.length > 256)) refuse('Invalid description: 1 to 256 characters.')
  if (labels.length > labelsMax) refuse(`An application may have at most ${labelsMax} labels.`)
  for (const label of labels) if (!/^[a-zA-Z0-9+\-_:/@]{1,127}$/.test(label)) refuse(`Invalid label ${label}.`)
  if (page !== undefined && !URL.canParse(page)) refuse(`Invalid home page URL ${page}.`)
}
