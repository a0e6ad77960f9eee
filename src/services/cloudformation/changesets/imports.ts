import type { Change, ResourceToImport } from '@aws-sdk/client-cloudformation'
import { resourceType } from '../engine/handler.ts'
import type { CloudFormation } from '../state.ts'
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
