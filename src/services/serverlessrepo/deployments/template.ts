import type { TemplateView } from '../../../contracts/serverlessrepo.ts'
import { contentPath } from '../claims.ts'
import { templateLifeMs, type Repo, type TemplateRow } from '../state.ts'

export const templateView = (repo: Repo, row: TemplateRow): TemplateView => ({
  ApplicationId: row.applicationId, CreationTime: new Date(row.createdMs).toISOString(), ExpirationTime: new Date(row.createdMs + templateLifeMs).toISOString(),
  SemanticVersion: row.version, Status: repo.now() < row.createdMs + templateLifeMs ? 'ACTIVE' : 'EXPIRED', TemplateId: row.id,
  TemplateUrl: `${repo.config.endpoint}${contentPath}templates/${row.id}`,
})
