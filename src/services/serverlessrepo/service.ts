import type { ServerlessApplicationRepository } from '../../contracts/serverlessrepo.ts'
import { longRunning, service } from '../../platform/service.ts'
import { CreateApplication } from './applications/CreateApplication.ts'
import { DeleteApplication } from './applications/DeleteApplication.ts'
import { GetApplication } from './applications/GetApplication.ts'
import { ListApplications } from './applications/ListApplications.ts'
import { UpdateApplication } from './applications/UpdateApplication.ts'
import { browse } from './browse/pages.ts'
import { claims } from './claims.ts'
import { CreateCloudFormationChangeSet } from './deployments/CreateCloudFormationChangeSet.ts'
import { CreateCloudFormationTemplate, expireTemplate } from './deployments/CreateCloudFormationTemplate.ts'
import { GetCloudFormationTemplate } from './deployments/GetCloudFormationTemplate.ts'
import { GetApplicationPolicy } from './policies/GetApplicationPolicy.ts'
import { policyDocument } from './policies/policy.ts'
import { PutApplicationPolicy } from './policies/PutApplicationPolicy.ts'
import { UnshareApplication } from './policies/UnshareApplication.ts'
import { published } from './published/publish.ts'
import { dropKept } from './published/repository.ts'
import { applicationId, applicationKey, tables, type Repo, type RepoState } from './state.ts'
import { CreateApplicationVersion } from './versions/CreateApplicationVersion.ts'
import { ListApplicationDependencies } from './versions/ListApplicationDependencies.ts'
import { ListApplicationVersions } from './versions/ListApplicationVersions.ts'

interface NamesApplication { ApplicationId: string }

const onApplication = {
  resource: (_: Repo, input: NamesApplication) => input.ApplicationId,
  resourceAccount: async (_: Repo, input: NamesApplication) => applicationKey(input.ApplicationId).account,
  async resourcePolicy(repo: Repo, input: NamesApplication) {
    const { account, region, name } = applicationKey(input.ApplicationId)
    await published(repo, account)
    const row = await repo.tables.applications.get(account, region, name)
    return row && policyDocument(repo, row)
  },
}

export const serverlessrepo = service<ServerlessApplicationRepository, Repo>({
  name: 'serverlessrepo',
  billing: 'AWSServerlessApplicationRepository',
  tables,
  operations: {
    CreateApplication: longRunning(CreateApplication), CreateApplicationVersion: longRunning(CreateApplicationVersion),
    CreateCloudFormationChangeSet: longRunning(CreateCloudFormationChangeSet), CreateCloudFormationTemplate, DeleteApplication, GetApplication,
    GetApplicationPolicy,
    GetCloudFormationTemplate, ListApplicationDependencies, ListApplicationVersions, ListApplications, PutApplicationPolicy,
    UnshareApplication,
    UpdateApplication: longRunning(UpdateApplication),
  },
  authorization: {
    CreateApplication: { resource: (repo, input) => applicationId(repo, { account: repo.account, region: repo.region, name: input.Name }) },
    CreateApplicationVersion: onApplication, CreateCloudFormationChangeSet: onApplication, CreateCloudFormationTemplate: onApplication,
    DeleteApplication: onApplication,
    GetApplication: onApplication, GetApplicationPolicy: onApplication, GetCloudFormationTemplate: onApplication, ListApplicationDependencies: onApplication,
    ListApplicationVersions: onApplication, ListApplications: { resource: '*' }, PutApplicationPolicy: onApplication,
    UnshareApplication: onApplication, UpdateApplication: onApplication,
  },
  tasks: { dropKept, expireTemplate },
  open: (): RepoState => ({}),
  http: { claims, handle: browse },
})
