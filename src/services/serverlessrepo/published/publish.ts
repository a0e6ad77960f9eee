import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { strToU8, zipSync } from 'fflate'
import { parse } from 'yaml'
import type { Repo } from '../state.ts'
import { checkTemplate } from '../versions/template.ts'
import { asRepository, keep, repositoryAccount, repositoryRegion } from './repository.ts'

/** What a template says of its application, for `sam publish` and for us. */
interface About { Name: string, Description: string, Author: string, SpdxLicenseId: string, Labels: string[], SemanticVersion: string }

/** Publishes Fogbank's own applications once, when somebody first looks at what is public or names one of them; until then they cost nothing. */
export async function published(repo: Repo, account = repositoryAccount): Promise<void> {
  if (account !== repositoryAccount) return
  const { state } = repo
  state.publishing ??= publishAll(repo).catch((error: unknown) => {
    delete state.publishing
    repo.log.warn("Fogbank's own applications could not be published", { error })
  })
  await state.publishing
}

async function publishAll(repo: Repo): Promise<void> {
  const folder = applicationsFolder()
  const us = asRepository(repo, repositoryRegion)
  for (const name of existsSync(folder) ? await readdir(folder) : []) await publish(us, join(folder, name))
}

async function publish(repo: Repo, folder: string): Promise<void> {
  const [text, readme] = await Promise.all(['template.yaml', 'README.md'].map(file => readFile(join(folder, file), 'utf8')))
  const about = (parse(text!, { logLevel: 'silent' }) as any).Metadata['AWS::ServerlessRepo::Application'] as About
  const key = { account: repo.account, region: repo.region, name: about.Name }
  if (await repo.tables.versions.get(key.account, key.region, key.name, about.SemanticVersion)) return
  const { template, kept } = await withCode(repo, folder, text!)
  const checked = await checkTemplate(repo, template)
  await repo.transact(async (inside: Repo) => {
    const before = await inside.tables.applications.get(key.account, key.region, key.name)
    await inside.tables.applications.put({
      ...key, author: about.Author, description: about.Description, labels: about.Labels, spdxLicenseId: about.SpdxLicenseId, readme: readme!,
      createdMs: before?.createdMs ?? repo.now(), statements: [{ StatementId: 'everybody', Actions: ['Deploy'], Principals: ['*'] }],
    })
    await inside.tables.versions.put({ ...key, version: about.SemanticVersion, template, ...checked, kept, createdMs: repo.now() })
  })
}

/** Puts the code, where there is some, into the repository's bucket, and its place into the template. */
async function withCode(repo: Repo, folder: string, text: string): Promise<{ template: string, kept: string[] }> {
  const source = join(folder, 'src')
  if (!existsSync(source)) return { template: text, kept: [] }
  const files = await Promise.all((await readdir(source)).map(async name => [name, strToU8(await readFile(join(source, name), 'utf8'))] as const))
  const { Bucket, Key } = await keep(repo, 'code.zip', zipSync(Object.fromEntries(files)))
  return { template: text.replaceAll('CodeUri: src', `CodeUri: s3://${Bucket}/${Key}`), kept: [Key] }
}

/** `examples/applications`, beside the bundle as beside the sources. */
function applicationsFolder(): string {
  const path = join('examples', 'applications')
  let folder = dirname(fileURLToPath(import.meta.url))
  while (!existsSync(join(folder, path)) && folder !== dirname(folder)) folder = dirname(folder)
  return join(folder, path)
}
