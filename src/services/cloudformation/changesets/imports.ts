import type { Change, ResourceToImport } from '@aws-sdk/client-cloudformation'
import { policyOf } from '../engine/evaluation.ts'
import { resourceContext, resourceType } from '../engine/handler.ts'
import { ownerOf } from '../engine/import.ts'
import type { Plan } from '../stacks/plan.ts'
import type { CloudFormation, StackRow } from '../state.ts'
import { ValidationError, type Template } from '../template/template.ts'

/** The physical ids of the resources that a change set of type IMPORT takes into its stack, by logical id. Throws ValidationError. */
export async function importsOf(cfn: CloudFormation, type: string, given: readonly ResourceToImport[] | undefined): Promise<Record<string, string>> {
  if (type !== 'IMPORT') {
    if (given?.length) throw new ValidationError('ResourcesToImport can be specified only when ChangeSetType is IMPORT')
    return {}
  }
  if (!given?.length) throw new ValidationError('ResourcesToImport must be specified when ChangeSetType is IMPORT')
  const imports: Record<string, string> = {}
  for (const { LogicalResourceId = '', ResourceType = '', ResourceIdentifier = {} } of given) {
    const { identifier, read } = await resourceType(cfn, ResourceType)
    if (identifier === undefined || !read) throw new ValidationError(`ResourceTypes [${ResourceType}] are not supported for Import`)
    const id = ResourceIdentifier[identifier]
    if (id === undefined || Object.keys(ResourceIdentifier).length !== 1) {
      throw new ValidationError(`Invalid ResourceIdentifier for resource ${LogicalResourceId}: expected [${identifier}], found [${Object.keys(ResourceIdentifier).join(', ')}]`)
    }
    imports[LogicalResourceId] = id
  }
  return imports
}

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
export function importChanges(changes: readonly Change[], imports: Record<string, string>): { changes: Change[], problem?: string } {
  const isImport = ({ ResourceChange: change }: Change) => change?.Action === 'Add' && Object.hasOwn(imports, change.LogicalResourceId!)
  const others = changes.filter(change => !isImport(change))
  const taken = changes.filter(isImport).map(({ ResourceChange: change }): Change =>
    ({ Type: 'Resource', ResourceChange: { ...change, Action: 'Import', PhysicalResourceId: imports[change!.LogicalResourceId!] } }))
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
  const unkept: string[] = []
  for (const { ResourceChange: change } of changes) {
    if (change?.Action !== 'Add') continue
    const logicalId = change.LogicalResourceId!
    const resource = plan.template.Resources[logicalId]!
    const { identifier, read } = await resourceType(cfn, resource.Type)
    const name = identifier === undefined ? undefined : resource.Properties?.[identifier]
    if (!read || typeof name !== 'string') continue
    const context = resourceContext(cfn, stack, { logicalId, suffix: '', tags: {} }, cfn.aws, cfn.signal)
    if (await ownerOf(cfn, resource.Type, name) || await read(context, name) === undefined) continue
    imports[logicalId] = name
    if (!/^Retain(ExceptOnCreate)?$/.test(policyOf(resource.DeletionPolicy, plan.evaluation))) unkept.push(logicalId)
  }
  const problem = `Resources [${unkept.join(', ')}] to import must have a DeletionPolicy of Retain or RetainExceptOnCreate specified in the template.`
  return { changes: changes.map(change => asImport(change, imports)), imports, ...unkept.length > 0 && { problem } }
}

function asImport(change: Change, imports: Record<string, string>): Change {
  const id = imports[change.ResourceChange!.LogicalResourceId!]
  return id === undefined ? change : { ...change, ResourceChange: { ...change.ResourceChange, Action: 'Import', PhysicalResourceId: id } }
}
