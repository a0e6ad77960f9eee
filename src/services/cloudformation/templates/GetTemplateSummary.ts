import type { GetTemplateSummaryInput, GetTemplateSummaryOutput, ResourceIdentifierSummary } from '@aws-sdk/client-cloudformation'
import { identifierMembers } from '../../../platform/resource-identifier.ts'
import { longRunning } from '../../../platform/service.ts'
import { ownTypes, unknownTypes } from '../engine/handler.ts'
import { templateText, parsed } from '../stacks/plan.ts'
import { requireStack } from '../stacks/stack.ts'
import { placeOf } from '../stacksets/delegated.ts'
import { requireStackSet } from '../stacksets/stackset.ts'
import type { CloudFormation } from '../state.ts'
import { neededCapabilities, transformsOf } from '../template/capabilities.ts'
import { hasSnippets } from '../template/snippets.ts'
import type { Template } from '../template/template.ts'
import { checkTemplate } from '../template/validate.ts'

/** What a template declares: parameters, types, transforms and the capabilities that it needs. */
export const GetTemplateSummary = longRunning(async (cfn: CloudFormation, input: GetTemplateSummaryInput): Promise<GetTemplateSummaryOutput> => {
  const stack = input.StackName === undefined ? undefined : await requireStack(cfn, input.StackName)
  const body = input.StackSetName !== undefined ? (await requireStackSet(await placeOf(cfn, input), input.StackSetName)).templateBody
    : await templateText(cfn, { ...input, ...stack && { UsePreviousTemplate: true } }, stack?.model.templateId)
  const template = parsed(body)
  const transforms = transformsOf(template)
  const unknown = await unknownTypes(cfn, template)
  const warns = input.TemplateSummaryConfig?.TreatUnrecognizedResourceTypesAsWarnings ?? false
  if (transforms.length === 0 && !hasSnippets(template)) checkTemplate(template, warns ? [] : unknown)
  const { capabilities, reason } = neededCapabilities(template)
  const identifiers = await identifierSummaries(cfn, template)
  return {
    Parameters: Object.entries(template.Parameters ?? {}).map(([ParameterKey, parameter]) => ({
      ParameterKey, ParameterType: parameter.Type, NoEcho: String(parameter.NoEcho) === 'true',
      ...parameter.Description !== undefined && { Description: parameter.Description },
      ...parameter.Default !== undefined && { DefaultValue: String(parameter.Default) },
      ParameterConstraints: parameter.AllowedValues ? { AllowedValues: parameter.AllowedValues.map(String) } : {},
    })),
    ...identifiers.length > 0 && { ResourceIdentifierSummaries: identifiers },
    ResourceTypes: [...new Set(Object.values(template.Resources).map(resource => resource.Type))], Version: template.AWSTemplateFormatVersion ?? '2010-09-09',
    DeclaredTransforms: transforms, Capabilities: capabilities as any, ...reason !== undefined && { CapabilitiesReason: reason },
    ...warns && unknown.length > 0 && { Warnings: { UnrecognizedResourceTypes: unknown } },
    ...template.Description !== undefined && { Description: template.Description }, ...template.Metadata && { Metadata: JSON.stringify(template.Metadata) },
  }
})

/** By which property each type is imported, where it can be. */
async function identifierSummaries(cfn: CloudFormation, template: Template): Promise<ResourceIdentifierSummary[]> {
  const types = [...new Set(Object.values(template.Resources).map(resource => resource.Type))]
  const found = await Promise.all(
    types.map(async type => ({ type, handlers: Object.hasOwn(ownTypes, type) ? ownTypes[type]!(cfn) : await cfn.config.resourceType(type) }))
  )
  return found.filter(({ handlers }) => handlers?.identifier !== undefined && handlers.read).map(({ type, handlers }) => ({
    ResourceType: type, ResourceIdentifiers: [...identifierMembers(handlers!)],
    LogicalResourceIds: Object.entries(template.Resources).filter(([, resource]) => resource.Type === type).map(([id]) => id),
  }))
}
