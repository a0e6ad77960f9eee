/** The API of the Serverless Application Repository: the SDK's client of it has no types that match its wire schema here. */
export interface ServerlessApplicationRepository {
  createApplication: Call<CreateApplicationRequest, ApplicationView & { Version?: VersionView }>
  createApplicationVersion: Call<CreateApplicationVersionRequest, VersionView>
  createCloudFormationChangeSet: Call<CreateChangeSetRequest, { ApplicationId: string, ChangeSetId: string, SemanticVersion: string, StackId: string }>
  createCloudFormationTemplate: Call<{ ApplicationId: string, SemanticVersion?: string }, TemplateView>
  deleteApplication: Call<{ ApplicationId: string }, object>
  getApplication: Call<{ ApplicationId: string, SemanticVersion?: string }, ApplicationView & { Version?: VersionView }>
  getApplicationPolicy: Call<{ ApplicationId: string }, { Statements: PolicyStatement[] }>
  getCloudFormationTemplate: Call<{ ApplicationId: string, TemplateId: string }, TemplateView>
  listApplicationDependencies: Call<Page & { ApplicationId: string, SemanticVersion?: string }, {
    Dependencies: { ApplicationId: string, SemanticVersion: string }[], NextToken?: string,
  }>
  listApplicationVersions: Call<Page & { ApplicationId: string }, {
    Versions: { ApplicationId: string, CreationTime: string, SemanticVersion: string, SourceCodeUrl?: string }[], NextToken?: string,
  }>
  listApplications: Call<Page, { Applications: ApplicationSummary[], NextToken?: string }>
  putApplicationPolicy: Call<{ ApplicationId: string, Statements: PolicyStatement[] }, { Statements: PolicyStatement[] }>
  unshareApplication: Call<{ ApplicationId: string, OrganizationId: string }, object>
  updateApplication: Call<UpdateApplicationRequest, ApplicationView>
}

interface Call<Input, Output> {
  (input: Input, options?: object): Promise<Output & { $metadata: object }>
  (input: Input, callback: (error: unknown, output?: Output) => void): void
  (input: Input, options: object, callback: (error: unknown, output?: Output) => void): void
}

export interface Page { MaxItems?: number, NextToken?: string }

interface Described {
  Author: string
  Description: string
  HomePageUrl?: string
  Labels?: string[]
}

export interface VersionSource { SourceCodeArchiveUrl?: string, SourceCodeUrl?: string, TemplateBody?: string, TemplateUrl?: string }

export interface CreateApplicationRequest extends Described, VersionSource {
  Name: string
  LicenseBody?: string
  LicenseUrl?: string
  ReadmeBody?: string
  ReadmeUrl?: string
  SemanticVersion?: string
  SpdxLicenseId?: string
}

export interface CreateApplicationVersionRequest extends VersionSource { ApplicationId: string, SemanticVersion: string }

export interface UpdateApplicationRequest extends Partial<Described> { ApplicationId: string, ReadmeBody?: string, ReadmeUrl?: string }

export interface ApplicationSummary extends Described { ApplicationId: string, CreationTime: string, Name: string, SpdxLicenseId?: string }

export interface ApplicationView extends ApplicationSummary { IsVerifiedAuthor: boolean, LicenseUrl?: string, ReadmeUrl?: string }

export interface ParameterDefinition {
  Name: string
  Type?: string
  DefaultValue?: string
  Description?: string
  AllowedPattern?: string
  AllowedValues?: string[]
  ConstraintDescription?: string
  MaxLength?: number
  MinLength?: number
  MaxValue?: number
  MinValue?: number
  NoEcho?: boolean
  ReferencedByResources: string[]
}

export interface VersionView {
  ApplicationId: string
  CreationTime: string
  ParameterDefinitions: ParameterDefinition[]
  RequiredCapabilities: string[]
  ResourcesSupported: boolean
  SemanticVersion: string
  SourceCodeArchiveUrl?: string
  SourceCodeUrl?: string
  TemplateUrl: string
}

export interface TemplateView {
  ApplicationId: string
  CreationTime: string
  ExpirationTime: string
  SemanticVersion: string
  Status: 'PREPARING' | 'ACTIVE' | 'EXPIRED'
  TemplateId: string
  TemplateUrl: string
}

export interface PolicyStatement { Actions: string[], Principals: string[], PrincipalOrgIDs?: string[], StatementId?: string }

export interface CreateChangeSetRequest {
  ApplicationId: string
  StackName: string
  Capabilities?: string[]
  ChangeSetName?: string
  ClientToken?: string
  Description?: string
  NotificationArns?: string[]
  ParameterOverrides?: { Name: string, Value: string }[]
  ResourceTypes?: string[]
  RollbackConfiguration?: object
  SemanticVersion?: string
  Tags?: { Key: string, Value: string }[]
  TemplateId?: string
}
