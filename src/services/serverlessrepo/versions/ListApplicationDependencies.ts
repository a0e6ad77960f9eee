import type { Input, Output, Repo } from '../state.ts'
import { versionNamed } from './version.ts'

/** The applications that a version nests, and theirs. */
export async function ListApplicationDependencies(repo: Repo, input: Input<'ListApplicationDependencies'>): Promise<Output<'ListApplicationDependencies'>> {
  const found = new Map<string, { ApplicationId: string, SemanticVersion: string }>()
  const visit = async (id: string, version: string | undefined): Promise<void> => {
    for (const each of (await versionNamed(repo, id, version)).dependencies) {
      const key = `${each.id} ${each.version}`
      if (found.has(key)) continue
      found.set(key, { ApplicationId: each.id, SemanticVersion: each.version })
      await visit(each.id, each.version).catch(() => {})
    }
  }
  await visit(input.ApplicationId, input.SemanticVersion)
  return { Dependencies: [...found.values()] }
}
