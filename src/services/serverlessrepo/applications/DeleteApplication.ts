import { applicationNamed, type Input, type Output, type Repo } from '../state.ts'

/** Deletes an application with all its versions; what was deployed from it stays. */
export async function DeleteApplication(repo: Repo, input: Input<'DeleteApplication'>): Promise<Output<'DeleteApplication'>> {
  const { account, region, name } = await applicationNamed(repo, input.ApplicationId)
  const versions = await repo.tables.versions.list({ prefix: [account, region, name] })
  const kept = versions.flatMap(version => version.kept ?? [])
  if (kept.length > 0) repo.in({ region }).enqueue('dropKept', { kept })
  for (const { version } of versions) await repo.tables.versions.delete(account, region, name, version)
  await repo.tables.applications.delete(account, region, name)
  return {}
}
