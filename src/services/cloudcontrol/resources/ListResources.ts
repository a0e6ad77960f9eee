import { isDeepStrictEqual } from 'node:util'
import { ValidationException } from '../../../platform/errors.ts'
import { decodeToken, encodeToken, pageOf } from '../../../platform/pagination.ts'
import { identifierMembers } from '../../../platform/resource-identifier.ts'
import type { ResourceContext } from '../../../platform/resource-type.ts'
import { longRunning } from '../../../platform/service.ts'
import { InvalidRequestException, type CloudControl, type Input, type Output } from '../state.ts'
import { contextOf, identityOfRequest, requireType, type ProvisionableType } from './resource.ts'

/**
 * The identifiers of all resources of a type in this account and region, in their order, 20 a page unless told; with a model, of those that have its
 * properties.
 */
export const ListResources = longRunning(async (scope: CloudControl, input: Input<'ListResources'>): Promise<Output<'ListResources'>> => {
  const type = await requireType(scope, input.TypeName!, 'LIST')
  const model = modelOf(input.ResourceModel, type)
  const after = input.NextToken === undefined ? undefined : decodeToken('ListResources', input.NextToken)
  if (input.NextToken !== undefined && !after) throw new ValidationException('The NextToken is not valid.')
  const missing = type.listBy?.filter(name => model[name] === undefined) ?? []
  if (missing.length > 0) throw new InvalidRequestException(missingModel(input.TypeName!, missing))
  const max = input.MaxResults ?? 20
  const aws = input.RoleArn === undefined ? scope.aws : scope.as({ role: input.RoleArn, sessionName: 'AWSCloudControlAPI' })
  const context = contextOf(scope, input.TypeName!, aws)
  const all = (await type.list!(context, model)).sort().filter(id => !after || id > String(after[0]))
  const ids = Object.keys(model).length === 0 ? all : await matching(type, context, all, model)
  const { page, last } = pageOf(ids.slice(0, max + 1), max)
  return {
    TypeName: input.TypeName,
    ResourceDescriptions: page.map(Identifier => ({ Identifier, Properties: JSON.stringify(identityOfRequest(type, Identifier).keys) })),
    ...last !== undefined && { NextToken: encodeToken('ListResources', [last]) },
  }
})

/** As AWS says it, with the spaces that it leaves out. */
const missingModel = (type: string, names: string[]) => `Missing or invalid ResourceModel property in ${type} list handler request input.`
  + `Required property: (${names.map(name => `#: required key [${name}] not found`).join(', ')})`

/** The properties that the resources shall have. Throws ValidationException where they are not the type's, or no JSON. */
function modelOf(text: string | undefined, type: ProvisionableType): Record<string, unknown> {
  let model: unknown
  try {
    model = JSON.parse(text || '{}')
  } catch {
    throw new ValidationException('ResourceModel is not valid JSON.')
  }
  if (typeof model !== 'object' || model === null || Array.isArray(model)) throw new ValidationException('ResourceModel is not a JSON object.')
  const unknown = Object.keys(model)
    .find(name => !identifierMembers(type).includes(name) && !Object.hasOwn(type.properties, name) && !Object.hasOwn(type.properties, '*'))
  if (unknown !== undefined) throw new ValidationException(`Model validation failed (#: extraneous key [${unknown}] is not permitted)`)
  return model as Record<string, unknown>
}

/** Of what was listed within another resource, those that have the rest of the model's properties. */
async function matching(type: ProvisionableType, context: ResourceContext, ids: readonly string[], model: Record<string, unknown>): Promise<string[]> {
  const wanted = Object.entries(model).filter(([name]) => !type.listBy?.includes(name))
  const found = await Promise.all(ids.map(async text => {
    const { id, keys } = identityOfRequest(type, text)
    return { ...await type.read(context, id, keys), ...keys } as Record<string, unknown>
  }))
  return ids.filter((_, at) => wanted.every(([name, value]) => isDeepStrictEqual(found[at]![name], value)))
}
