import type { Operations } from '../../contracts/aws.ts'
import type { ParameterDefinition, PolicyStatement, ServerlessApplicationRepository } from '../../contracts/serverlessrepo.ts'
import { arn, parseArn } from '../../platform/arns.ts'
import { awsError } from '../../platform/errors.ts'
import type { Scope } from '../../platform/service.ts'
import { table } from '../../platform/tables.ts'

export type Api = Operations<ServerlessApplicationRepository>
export type Input<Name extends keyof Api> = Parameters<Api[Name]>[0]
export type Output<Name extends keyof Api> = Awaited<ReturnType<Api[Name]>>

export interface ApplicationRow {
  account: string
  region: string
  name: string
  author: string
  description: string
  homePageUrl?: string
  labels: string[]
  spdxLicenseId?: string
  license?: string
  readme?: string
  createdMs: number
  statements: PolicyStatement[]
}

export interface VersionRow {
  account: string
  region: string
  name: string
  version: string
  template: string
  sourceCodeUrl?: string
  /** The blob of the archive of its source code. */
  sourceCodeArchive?: string
  /** Keys of what the template names in the repository's bucket. */
  kept?: string[]
  parameters: ParameterDefinition[]
  capabilities: string[]
  /** Applications that this one nests. */
  dependencies: { id: string, version: string }[]
  createdMs: number
}

/** A template that was made ready for a deployment; it can be read for six hours. */
export interface TemplateRow { id: string, applicationId: string, version: string, createdMs: number }

export const tables = {
  applications: table<ApplicationRow>()({ name: 'applications', key: row => [row.account, row.region, row.name], scope: 'cloud' }),
  versions: table<VersionRow>()({
    name: 'versions', key: row => [row.account, row.region, row.name, row.version], scope: 'cloud',
    blobs: row => row.sourceCodeArchive === undefined ? [] : [row.sourceCodeArchive],
  }),
  templates: table<TemplateRow>()({ name: 'templates', key: row => [row.id], scope: 'cloud' }),
}

/** `publishing`: Fogbank's own applications are being published, or have been. */
export interface RepoState { publishing?: Promise<void> }
export type Repo = Scope<typeof tables, RepoState>

export const templateLifeMs = 6 * 3_600_000
export const labelsMax = 10
export const templateBytesMax = 460_800
/** Of the archive of a source, and of each thing that a template names. */
export const archiveBytesMax = 52_428_800

export const BadRequestException = awsError('BadRequestException')
export const NotFoundException = awsError('NotFoundException', 404)
export const ConflictException = awsError('ConflictException', 409)
export const ForbiddenException = awsError('ForbiddenException', 403)

export interface ApplicationKey { account: string, region: string, name: string }

export const applicationId = (repo: Pick<Repo, 'partition'>, { account, region, name }: ApplicationKey): string =>
  arn({ partition: repo.partition, region, account }, 'serverlessrepo', `applications/${name}`)

/** The application that an id names: its ARN, which tells its account and region. */
export function applicationKey(id: string): ApplicationKey {
  const parsed = parseArn(id)
  const name = /^applications\/([a-zA-Z0-9-]+)$/.exec(parsed?.resource ?? '')?.[1]
  if (!parsed || parsed.service !== 'serverlessrepo' || name === undefined) throw new BadRequestException(`Invalid application id: ${id}`)
  return { account: parsed.account, region: parsed.region, name }
}

export async function applicationNamed(repo: Repo, id: string): Promise<ApplicationRow> {
  const { account, region, name } = applicationKey(id)
  const row = await repo.tables.applications.get(account, region, name)
  if (!row) throw new NotFoundException(`No application with id ${id} was found.`)
  return row
}
