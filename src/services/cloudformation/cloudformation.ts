import type { ResourceType } from '../../platform/resource-type.ts'

/** Says which version of the CDK made a template; nothing stands for it. */
const cdkMetadata: ResourceType = {
  properties: { Analytics: 'optional', '*': 'optional' },
  create: async resource => ({ id: resource.generatedName(64) }),
  update: async (_, id) => ({ id }),
  delete: async () => {},
}

export const resourceTypes = { 'AWS::CDK::Metadata': cdkMetadata }
