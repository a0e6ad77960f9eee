import { isDeepStrictEqual } from 'node:util'
import { newCode } from '../../../platform/ids.ts'
import { identifierText, identityWithin, parseIdentifier, type Identity } from '../../../platform/resource-identifier.ts'
import type { ResourceType } from '../../../platform/resource-type.ts'
import type { CloudFormation, OperationRecord, ResourceRow, StackRow } from '../state.ts'
import { resolveReferences } from './dynamic.ts'
import { StepError } from './errors.ts'
import { propertiesOf } from './evaluation.ts'
import { incarnation, type Run } from './incarnation.ts'
import { checkProperties, failureReason, resourceContext, resourceType } from './handler.ts'
import { nestUnder } from './nested-standing.ts'
import { setResource } from './record.ts'

const nestedType = 'AWS::CloudFormation::Stack'
const suffixAlphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'

/** Takes one resource that exists into the stack, as it is; what the template says of it is not applied. Throws after its failure is recorded. */
export async function importResource(run: Run, logicalId: string): Promise<void> {
  const { cfn, stack, template } = run
  const operation = stack.operation!
  const imported = operation.imports?.[logicalId]
  if (imported === undefined || run.rows.get(logicalId)?.current) return
  const type = template.Resources[logicalId]!.Type
  const handlers = await resourceType(cfn, type)
  const { id, keys } = parseIdentifier(handlers, imported)!
  const row: ResourceRow = {
    stackId: stack.id, logicalId, type, status: 'IMPORT_IN_PROGRESS', updatedAt: cfn.now(), obsolete: [], operationId: operation.id, change: 'create',
  }
  const commit = async (changed: ResourceRow, status: string, reason?: string) => {
    await cfn.transact(tx => setResource(tx, stack, changed, [{ status, ...reason !== undefined && { reason } }], undefined, id))
    run.rows.set(logicalId, changed)
  }
  await commit(row, 'IMPORT_IN_PROGRESS', 'Resource import started.')
  try {
    const properties = propertiesOf(template, logicalId, run.evaluation)
    checkProperties(handlers, logicalId, properties)
    const owner = await ownerOf(cfn, type, handlers, { id, keys })
    if (owner) throw new StepError(`Resource ${id} already exists in stack ${owner.stackId}`)
    const suffix = newCode(12, suffixAlphabet)
    const context = resourceContext(cfn, stack, { logicalId, suffix, tags: run.model.tags }, run.aws, run.abort.signal)
    await resolveReferences(run.aws, type, properties)
    const known = { ...properties, ...keys }
    if (await handlers.read!(context, id, known) === undefined) {
      throw new StepError(`Resource of type '${type}' with identifier '${identifierText(handlers, { id, keys })}' was not found.`)
    }
    const attributes = await handlers.attributes?.(context, id, known) ?? {}
    const current = incarnation(run, logicalId, type, properties, suffix, { id, attributes, ...handlers.refOf && { ref: handlers.refOf(id) } })
    if (type === nestedType) await nestUnder(cfn, id, stack)
    await commit({ ...row, status: 'IMPORT_COMPLETE', current, updatedAt: cfn.now() }, 'IMPORT_COMPLETE', 'Resource import completed.')
  } catch (error) {
    if (cfn.state.closing) throw error
    const reason = failureReason(error, cfn.newId())
    await commit({ ...row, status: 'IMPORT_FAILED', statusReason: reason, updatedAt: cfn.now() }, 'IMPORT_FAILED', reason)
    throw error
  }
}

/** The resource of a stack that stands for this thing already. */
export async function ownerOf(cfn: CloudFormation, type: string, handlers: ResourceType, { id, keys }: Identity): Promise<ResourceRow | undefined> {
  const owns = (row: ResourceRow) => row.type === type && row.current?.physicalId === id && row.status !== 'DELETE_COMPLETE' && row.status !== 'DELETE_SKIPPED'
    && isDeepStrictEqual(identityWithin(handlers, id, row.current.properties)?.keys ?? keys, keys)
  return (await cfn.tables.resources.list()).find(owns)
}

/** Forgets what a failed import took in: the things stay as they are. */
export async function forgetImports(cfn: CloudFormation, stack: StackRow, rows: Map<string, ResourceRow>, operation: OperationRecord): Promise<void> {
  for (const row of rows.values()) {
    if (row.operationId !== operation.id || operation.imports?.[row.logicalId] === undefined) continue
    if (row.type === nestedType && row.current) await nestUnder(cfn, row.current.physicalId, undefined)
    await cfn.transact(async tx => {
      await setResource(
        tx, stack, { ...row, status: 'IMPORT_ROLLBACK_COMPLETE' }, [{ status: 'IMPORT_ROLLBACK_IN_PROGRESS' }, { status: 'IMPORT_ROLLBACK_COMPLETE' }]
      )
      await tx.tables.resources.delete(row.stackId, row.logicalId)
    })
  }
}
