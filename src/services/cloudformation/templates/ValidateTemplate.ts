import type { ValidateTemplateInput, ValidateTemplateOutput } from '@aws-sdk/client-cloudformation'
import { longRunning } from '../../../platform/service.ts'
import { unknownTypes } from '../engine/handler.ts'
import { parsed, templateText } from '../stacks/plan.ts'
import type { CloudFormation } from '../state.ts'
import { neededCapabilities, transformsOf } from '../template/capabilities.ts'
import { hasSnippets } from '../template/snippets.ts'
import { checkExtensions, checkTemplate } from '../template/validate.ts'

/** Checks a template without creating anything; of one with transforms, its shape. */
export const ValidateTemplate = longRunning(async (cfn: CloudFormation, input: ValidateTemplateInput): Promise<ValidateTemplateOutput> => {
  const template = parsed(await templateText(cfn, input))
  const transforms = transformsOf(template)
  checkExtensions(template)
  if (transforms.length === 0 && !hasSnippets(template)) checkTemplate(template, await unknownTypes(cfn, template))
  const { capabilities, reason } = neededCapabilities(template)
  const needed = [...capabilities, ...transforms.length > 0 ? ['CAPABILITY_AUTO_EXPAND'] : []]
  return {
    Parameters: Object.entries(template.Parameters ?? {}).map(([ParameterKey, parameter]) => ({
      ParameterKey, NoEcho: String(parameter.NoEcho) === 'true', ...parameter.Default !== undefined && { DefaultValue: String(parameter.Default) },
      ...parameter.Description !== undefined && { Description: parameter.Description },
    })),
    Capabilities: needed as any, DeclaredTransforms: transforms, ...reason !== undefined && { CapabilitiesReason: reason },
    ...template.Description !== undefined && { Description: template.Description },
  }
})
