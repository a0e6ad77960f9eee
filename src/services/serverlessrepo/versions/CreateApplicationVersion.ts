import { applicationNamed, BadRequestException, ConflictException, type Input, type Output, type Repo } from '../state.ts'
import { newVersion, versionView } from './version.ts'

/** Adds a version to an application; one that is there already is ConflictException. */
export async function CreateApplicationVersion(repo: Repo, input: Input<'CreateApplicationVersion'>): Promise<Output<'CreateApplicationVersion'>> {
  const application = await applicationNamed(repo, input.ApplicationId)
  const { account, region, name } = application
  const version = await newVersion(repo, application, input.SemanticVersion, input)
  if (!version) throw new BadRequestException('Specify one of TemplateBody or TemplateUrl.')
  await repo.transact(async (inside: Repo) => {
    if (await inside.tables.versions.get(account, region, name, version.version)) {
      throw new ConflictException(`Application version ${version.version} with id ${input.ApplicationId} already exists`)
    }
    await inside.tables.versions.put(version)
  })
  return versionView(repo, version)
}
