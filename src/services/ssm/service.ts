import type { SSM } from '@aws-sdk/client-ssm'
import { service } from '../../platform/service.ts'
import { resourceTypes } from './cloudformation.ts'
import { DeleteParameter } from './parameters/DeleteParameter.ts'
import { DeleteParameters } from './parameters/DeleteParameters.ts'
import { DescribeParameters } from './parameters/DescribeParameters.ts'
import { GetParameter } from './parameters/GetParameter.ts'
import { GetParameterHistory } from './parameters/GetParameterHistory.ts'
import { GetParameters } from './parameters/GetParameters.ts'
import { GetParametersByPath } from './parameters/GetParametersByPath.ts'
import { LabelParameterVersion } from './parameters/LabelParameterVersion.ts'
import { selected } from './parameters/names.ts'
import { PutParameter } from './parameters/PutParameter.ts'
import { UnlabelParameterVersion } from './parameters/UnlabelParameterVersion.ts'
import { parameterArn, tables, type Ssm } from './state.ts'
import { AddTagsToResource } from './tags/AddTagsToResource.ts'
import { ListTagsForResource } from './tags/ListTagsForResource.ts'
import { RemoveTagsFromResource } from './tags/RemoveTagsFromResource.ts'

const arnOf = (ssm: Ssm, name: string | undefined) => parameterArn(ssm, selected(name ?? '*').name)
const resourceTags = async (ssm: Ssm, name: string | undefined) => (await ssm.tables.parameters.get(selected(name ?? '').name))?.tags

const onParameter = {
  resource: (ssm: Ssm, input: { Name: string | undefined }) => arnOf(ssm, input.Name),
  resourceTags: (ssm: Ssm, input: { Name: string | undefined }) => resourceTags(ssm, input.Name),
}
const onParameters = { resource: (ssm: Ssm, input: { Names: string[] | undefined }) => (input.Names ?? []).map(name => arnOf(ssm, name)) }
const onTagged = {
  resource: (ssm: Ssm, input: { ResourceId: string | undefined }) => arnOf(ssm, input.ResourceId),
  resourceTags: (ssm: Ssm, input: { ResourceId: string | undefined }) => resourceTags(ssm, input.ResourceId),
}

export const ssm = service<SSM, Ssm>({
  name: 'ssm',
  billing: 'AWSSystemsManager',
  tables,
  operations: {
    AddTagsToResource, DeleteParameter, DeleteParameters, DescribeParameters, GetParameter, GetParameterHistory, GetParameters, GetParametersByPath,
    LabelParameterVersion,
    ListTagsForResource, PutParameter, RemoveTagsFromResource, UnlabelParameterVersion,
  },
  authorization: {
    AddTagsToResource: onTagged, DeleteParameter: onParameter, DeleteParameters: onParameters, DescribeParameters: { resource: '*' }, GetParameter: onParameter,
    GetParameterHistory: onParameter, GetParameters: onParameters,
    GetParametersByPath: { resource: (ssm, input) => arnOf(ssm, input.Path), conditions: (_, input) => ({ 'ssm:Recursive': input.Recursive ?? false }) },
    LabelParameterVersion: onParameter, ListTagsForResource: onTagged,
    PutParameter: { ...onParameter, conditions: (_, input) => ({ 'ssm:Overwrite': input.Overwrite ?? false }) },
    RemoveTagsFromResource: onTagged, UnlabelParameterVersion: onParameter,
  },
  resourceTypes,
})
