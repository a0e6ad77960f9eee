import { applicationKey, applicationNamed, BadRequestException, ConflictException, type Input, type Output, type Repo } from '../state.ts'
import { newVersion, versionView } from './version.ts'

/** Adds a version to an application; one that is there already is ConflictException. */
export async function CreateApplicationVersion(repo: Repo, input: Input<'CreateApplicationVersion'>): Promise<Output<'CreateApplicationVersion'>> {
  const application = await applicationNamed(repo, input.ApplicationId)
  await refuseTwice(repo, input)
  const version = await newVersion(repo, application, input.SemanticVersion, input)
  if (!version) throw new BadRequestException('Specify one of TemplateBody or TemplateUrl.')
  await repo.transact(async (inside: Repo) => {
    await refuseTwice(inside, input)
    await inside.tables.versions.put(version)
  })
  return versionView(repo, version)
}

async function refuseTwice(repo: Repo, { ApplicationId, SemanticVersion }: Input<'CreateApplicationVersion'>): Promise<void> {
  const { account, region, name } = applicationKey(ApplicationId)
  if (await repo.tables.versions.get(account, region, name, SemanticVersion)) {
    throw new ConflictException(`Application version ${SemanticVersion} with id ${ApplicationId} already exists`)
  }
}
