import type { ServerlessRepo } from '../sam/resources/application.ts'
import { ValidationError } from '../template/template.ts'
import type { CloudFormation } from '../state.ts'

const contentPath = '/_fogbank/serverlessrepo/content/'

/** The Serverless Application Repository as the transform asks it, with the caller's rights. */
export const serverlessRepo = (cfn: CloudFormation): ServerlessRepo => ({
  async createTemplate(applicationId, semanticVersion) {
    const made = await cfn.aws.serverlessrepo.CreateCloudFormationTemplate({ ApplicationId: applicationId, SemanticVersion: semanticVersion })
    return { applicationId, templateId: made.TemplateId, templateUrl: made.TemplateUrl, status: made.Status }
  },
  templateStatus: async (ApplicationId, TemplateId) => (await cfn.aws.serverlessrepo.GetCloudFormationTemplate({ ApplicationId, TemplateId })).Status,
  wait: ms => cfn.pause(ms),
})

/** Whether an address is one of the repository's: it carries its permission, so it is read as anybody would. */
export const isRepositoryAddress = (cfn: CloudFormation, address: string): boolean => address.startsWith(`${cfn.config.endpoint}${contentPath}`)

export async function repositoryTemplate(address: string): Promise<string> {
  const response = await fetch(address)
  if (!response.ok) throw new ValidationError(`The template of the application could not be read: ${(await response.text()).trim()}`)
  return response.text()
}
