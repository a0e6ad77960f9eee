import type { Change, ResourceToImport } from '@aws-sdk/client-cloudformation'
import { identifierMembers, identityOf, parseIdentifier, type Identity } from '../../../platform/resource-identifier.ts'
import type { ResourceType } from '../../../platform/resource-type.ts'
import { policyOf } from '../engine/evaluation.ts'
import { resourceContext, resourceType } from '../engine/handler.ts'
import { ownerOf } from '../engine/import.ts'
import type { Plan } from '../stacks/plan.ts'
import type { CloudFormation, StackRow } from '../state.ts'
import { ValidationError, type Template } from '../template/template.ts'

/** The identifiers of the resources that a change set of type IMPORT takes into its stack, by logical id. Throws ValidationError. */
export async function importsOf(cfn: CloudFormation, type: string, given: readonly ResourceToImport[] | undefined): Promise<Record<string, string>> {
  if (type !== 'IMPORT') {
    if (given?.length) throw new ValidationError('ResourcesToImport can be specified only when ChangeSetType is IMPORT')
    return {}
  }
  if (!given?.length) throw new ValidationError('ResourcesToImport must be specified when ChangeSetType is IMPORT')
  const imports: Record<string, string> = {}
  for (const { LogicalResourceId = '', ResourceType = '', ResourceIdentifier = {} } of given) {
    const handlers = await resourceType(cfn, ResourceType)
    const members = identifierMembers(handlers)
    if (members.length === 0 || !handlers.read) throw new ValidationError(`ResourceTypes [${ResourceType}] are not supported for Import`)
    const identity = identityOf(handlers, ResourceIdentifier)
    if (!identity) {
      const found = Object.keys(ResourceIdentifier).join(', ')
      throw new ValidationError(`Invalid ResourceIdentifier for resource ${LogicalResourceId}: expected [${members.join(', ')}], found [${found}]`)
    }
    imports[LogicalResourceId] = kept(handlers, identity)
  }
  return imports
}

/** An identifier as it is kept: that of several members with their names, as a value may contain anything. */
const kept = (handlers: ResourceType, { id, keys }: Identity): string => identifierMembers(handlers).length > 1 ? JSON.stringify(keys) : id

/** Checks that the template has what is imported, with a DeletionPolicy each. */
export function checkImports(template: Template, given: readonly ResourceToImport[]): void {
  for (const { LogicalResourceId = '', ResourceType } of given) {
    const resource = template.Resources[LogicalResourceId]
    if (resource?.Type !== ResourceType) {
      throw new ValidationError(`Resource [${LogicalResourceId}] of type [${ResourceType}] to import is not in the template`)
    }
  }
  const bare = given.map(({ LogicalResourceId = '' }) => LogicalResourceId).filter(id => template.Resources[id]!.DeletionPolicy === undefined)
  if (bare.length > 0) throw new ValidationError(`Resources [${bare.join(', ')}] to import must have a DeletionPolicy attribute specified in the template.`)
}

/** The changes of an import, and why it cannot be executed: something else would change as well. */
export async function importChanges(
  cfn: CloudFormation, changes: readonly Change[], imports: Record<string, string>,
): Promise<{ changes: Change[], problem?: string }> {
  const isImport = ({ ResourceChange: change }: Change) => change?.Action === 'Add' && Object.hasOwn(imports, change.LogicalResourceId!)
  const others = changes.filter(change => !isImport(change))
  const taken = await Promise.all(changes.filter(isImport).map(async ({ ResourceChange: change }): Promise<Change> => {
    const identity = parseIdentifier(await resourceType(cfn, change!.ResourceType!), imports[change!.LogicalResourceId!]!)
    return { Type: 'Resource', ResourceChange: { ...change, Action: 'Import', PhysicalResourceId: identity?.id } }
  }))
  if (others.length === 0) return { changes: taken }
  const names = others.map(change => change.ResourceChange!.LogicalResourceId).join(', ')
  const problem = `You have modified resources [${names}] in your template that are not being imported. Update, create or delete operations cannot be executed `
    + 'during import operations.'
  return { changes: [...taken, ...others], problem }
}

/**
 * The resources to be added that exist already under the name that the template gives them: they are imported. The name must be written out, and
 * the resource kept when the stack is deleted.
 */
export async function existingImports(
  cfn: CloudFormation, stack: StackRow, plan: Plan, changes: readonly Change[],
): Promise<{ changes: Change[], imports: Record<string, string>, problem?: string }> {
  const imports: Record<string, string> = {}
  const ids: Record<string, string> = {}
  const unkept: string[] = []
  for (const { ResourceChange: change } of changes) {
    if (change?.Action !== 'Add') continue
    const logicalId = change.LogicalResourceId!
    const resource = plan.template.Resources[logicalId]!
    const handlers = await resourceType(cfn, resource.Type)
    const identity = identityOf(handlers, Object.fromEntries(identifierMembers(handlers).map(member => [member, resource.Properties?.[member]])))
    if (!handlers.read || !identity) continue
    const context = resourceContext(cfn, stack, { logicalId, suffix: '', tags: {} }, cfn.aws, cfn.signal)
    if (await ownerOf(cfn, resource.Type, handlers, identity) || await handlers.read(context, identity.id, identity.keys) === undefined) continue
    imports[logicalId] = kept(handlers, identity)
    ids[logicalId] = identity.id
    if (!/^Retain(ExceptOnCreate)?$/.test(policyOf(resource.DeletionPolicy, plan.evaluation))) unkept.push(logicalId)
  }
  const problem = `Resources [${unkept.join(', ')}] to import must have a DeletionPolicy of Retain or RetainExceptOnCreate specified in the template.`
  return { changes: changes.map(change => asImport(change, ids)), imports, ...unkept.length > 0 && { problem } }
}

function asImport(change: Change, ids: Record<string, string>): Change {
  const id = ids[change.ResourceChange!.LogicalResourceId!]
  return id === undefined ? change : { ...change, ResourceChange: { ...change.ResourceChange, Action: 'Import', PhysicalResourceId: id } }
}
