import type { HttpRequest, HttpResponse } from '../../../contracts/call.ts'
import { applicationView } from '../applications/application.ts'
import { parseArn } from '../../../platform/arns.ts'
import { decodeToken, encodeToken, pageOf } from '../../../platform/pagination.ts'
import { contentPath, publicPath } from '../claims.ts'
import { isPublic } from '../policies/policy.ts'
import { published } from '../published/publish.ts'
import { applicationId, templateLifeMs, type ApplicationRow, type Repo } from '../state.ts'
import { latestOf, versionNamed, versionsOf, versionView } from '../versions/version.ts'
import { contentAt } from './urls.ts'

const json = (value: unknown, status = 200): HttpResponse => ({
  status, headers: { 'content-type': 'application/json', 'access-control-allow-origin': '*' }, body: JSON.stringify(value),
})
const pageMax = 100
const notFound = json({ message: 'There is no public application of this id.' }, 404)

/** Answers addresses of content, and the browsing of public applications without an account: `?q=words&label=x`, `/ID`, `/ID/versions`. */
export async function browse(repo: Repo, request: HttpRequest): Promise<HttpResponse> {
  if (request.path.startsWith(contentPath)) return content(repo, request)
  await published(repo)
  const [id, more] = request.path.slice(publicPath.length + 1).split('/').map(decodeURIComponent)
  if (!id) return json(await search(repo, new URLSearchParams(request.query)))
  const application = await publicApplication(repo, id)
  if (!application) return notFound
  if (more === 'versions') return json({ versions: (await versionsOf(repo, application)).map(row => versionView(repo, row)) })
  const latest = await latestOf(repo, application)
  return json({
    ...applicationView(repo, application), ...application.readme !== undefined && { Readme: application.readme },
    ...latest && { Version: versionView(repo, latest) },
  })
}

async function content(repo: Repo, request: HttpRequest): Promise<HttpResponse> {
  const prepared = /^templates\/([0-9a-f-]{36})$/.exec(request.path.slice(contentPath.length))?.[1]
  if (prepared !== undefined) return preparedTemplate(repo, prepared)
  const named = contentAt(request.path, request.query, repo.now())
  const application = named && await repo.tables.applications.get(named.key.account, named.key.region, named.key.name)
  if (!application) return { status: 403, body: 'This address has expired, or the application is gone: ask for a new one.\n' }
  if (named.content === 'archive') return archive(repo, applicationId(repo, named.key), named.version)
  const text = named.content === 'template' ? (await versionNamed(repo, applicationId(repo, named.key), named.version)).template : application[named.content]
  return text === undefined ? { status: 404, body: `The application has no ${named.content}.\n` } : {
    status: 200, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: text,
  }
}

async function archive(repo: Repo, id: string, version: string): Promise<HttpResponse> {
  const { sourceCodeArchive: blob } = await versionNamed(repo, id, version)
  if (blob === undefined) return { status: 404, body: 'The version has no archive.\n' }
  return { status: 200, headers: { 'content-type': 'application/zip' }, body: repo.blobs.read(blob) }
}

/** A template that was made ready: its id is not to be guessed, and holds for six hours, restarts included. */
async function preparedTemplate(repo: Repo, id: string): Promise<HttpResponse> {
  const row = await repo.tables.templates.get(id)
  if (!row || repo.now() >= row.createdMs + templateLifeMs) return { status: 403, body: 'This template has expired: make a new one.\n' }
  return { status: 200, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: (await versionNamed(repo, row.applicationId, row.version)).template }
}

async function publicApplication(repo: Repo, id: string): Promise<ApplicationRow | undefined> {
  const place = parseArn(id)
  const row = place && await repo.tables.applications.get(place.account, place.region, place.resource.replace(/^applications\//, ''))
  return row && applicationId(repo, row) === id && isPublic(row) ? row : undefined
}

/** Public applications whose name, author, labels or description have all the words: `limit` at a time, 100 at most, the next after `next`. */
async function search(repo: Repo, query: URLSearchParams) {
  const words = (query.get('q') ?? '').toLowerCase().split(/\s+/).filter(Boolean)
  const label = query.get('label')
  const position = decodeToken('search', query.get('next') ?? '')
  const limit = Math.min(Math.max(Math.trunc(Number(query.get('limit') ?? pageMax)) || pageMax, 1), pageMax)
  const found: ApplicationRow[] = []
  for await (const row of repo.tables.applications.each({ ...position && { after: position } })) {
    const text = [row.name, row.author, row.description, ...row.labels].join(' ').toLowerCase()
    if (isPublic(row) && words.every(word => text.includes(word)) && (label === null || row.labels.includes(label))) found.push(row)
    if (found.length > limit) break
  }
  const { page, last } = pageOf(found, limit)
  return { applications: page.map(row => applicationView(repo, row)), ...last && { next: encodeToken('search', [last.account, last.region, last.name]) } }
}
