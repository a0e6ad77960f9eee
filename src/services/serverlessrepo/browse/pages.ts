import type { HttpRequest, HttpResponse } from '../../../contracts/call.ts'
import { applicationView } from '../applications/application.ts'
import { contentPath, publicPath } from '../claims.ts'
import { isPublic } from '../policies/policy.ts'
import { applicationId, templateLifeMs, type ApplicationRow, type Repo } from '../state.ts'
import { latestOf, versionNamed, versionsOf, versionView } from '../versions/version.ts'
import { contentAt } from './urls.ts'

const json = (value: unknown, status = 200): HttpResponse => ({
  status, headers: { 'content-type': 'application/json', 'access-control-allow-origin': '*' }, body: JSON.stringify(value),
})
const notFound = json({ message: 'There is no public application of this id.' }, 404)

/** Answers addresses of content, and the browsing of public applications without an account: `?q=words&label=x`, `/ID`, `/ID/versions`. */
export async function browse(repo: Repo, request: HttpRequest): Promise<HttpResponse> {
  if (request.path.startsWith(contentPath)) return content(repo, request)
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
  const text = named.content === 'template' ? (await versionNamed(repo, applicationId(repo, named.key), named.version)).template : application[named.content]
  return text === undefined ? { status: 404, body: `The application has no ${named.content}.\n` } : {
    status: 200, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: text,
  }
}

/** A template that was made ready: its id is not to be guessed, and holds for six hours, restarts included. */
async function preparedTemplate(repo: Repo, id: string): Promise<HttpResponse> {
  const row = await repo.tables.templates.get(id)
  if (!row || repo.now() >= row.createdMs + templateLifeMs) return { status: 403, body: 'This template has expired: make a new one.\n' }
  return { status: 200, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: (await versionNamed(repo, row.applicationId, row.version)).template }
}

async function publicApplication(repo: Repo, id: string): Promise<ApplicationRow | undefined> {
  for await (const row of repo.tables.applications.each()) if (applicationId(repo, row) === id && isPublic(row)) return row
  return undefined
}

/** Public applications whose name, author, labels or description have all the words. */
async function search(repo: Repo, query: URLSearchParams) {
  const words = (query.get('q') ?? '').toLowerCase().split(/\s+/).filter(Boolean)
  const label = query.get('label')
  const found = []
  for await (const row of repo.tables.applications.each()) {
    const text = [row.name, row.author, row.description, ...row.labels].join(' ').toLowerCase()
    if (isPublic(row) && words.every(word => text.includes(word)) && (label === null || row.labels.includes(label))) found.push(applicationView(repo, row))
  }
  return { applications: found }
}
