import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { contentPath } from '../claims.ts'
import type { ApplicationKey, Repo } from '../state.ts'
import { templateLifeMs } from '../state.ts'

const key = randomBytes(32)
export type Content = 'template' | 'license' | 'readme' | 'archive'

const seal = (text: string, expires: number) => createHmac('sha256', key).update(`${text} ${expires}`).digest('hex')

/** The address of an application's template, licence, readme or source archive: whoever has it may read it for six hours, as long as this process runs. */
export function contentUrl(repo: Repo, { account, region, name }: ApplicationKey, content: Content, version = 'latest'): string {
  const text = `${account}/${region}/${name}/${version}/${content}`
  const expires = repo.now() + templateLifeMs
  return `${repo.config.endpoint}${contentPath}${text}?expires=${expires}&signature=${seal(text, expires)}`
}

/** What an address names; undefined where it was not made here or has expired. */
export function contentAt(path: string, query: string, now: number): { key: ApplicationKey, version: string, content: Content } | undefined {
  const text = decodeURIComponent(path.slice(contentPath.length))
  const parameters = new URLSearchParams(query)
  const expires = Number(parameters.get('expires'))
  const [given, wanted] = [Buffer.from(parameters.get('signature') ?? ''), Buffer.from(seal(text, expires))]
  if (!(expires > now) || given.length !== wanted.length || !timingSafeEqual(given, wanted)) return undefined
  const [account, region, name, version, content] = text.split('/') as [string, string, string, string, Content]
  return { key: { account, region, name }, version, content }
}
