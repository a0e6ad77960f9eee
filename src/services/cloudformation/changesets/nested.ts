import type { Change, CreateChangeSetInput } from '@aws-sdk/client-cloudformation'
import { newCode } from '../../../platform/ids.ts'
import { nestedStackType } from '../engine/forward.ts'
import { generatedName } from '../engine/handler.ts'
import { nestedInput } from '../engine/nested.ts'
import type { ChangeSetRow, CloudFormation, NestedSet, StackRow } from '../state.ts'
import { knownAfterApply } from '../template/intrinsics.ts'
import type { PlannedChanges } from './changes.ts'

/** Where a nested stack's change set belongs. */
export interface Nesting { parentSetId: string, rootSetId: string, parentStackId: string, rootStackId: string }

export interface Parent { setId: string, setName: string, rootSetId: string, stack: StackRow, input: CreateChangeSetInput, planned: PlannedChanges }

const noChanges = /didn't contain changes/

/**
 * Makes the change sets of the nested stacks that a set changes, and theirs in turn. A nested stack without changes is none of its parent's
 * changes; one whose set fails fails its parent's.
 */
export async function nestedSets(
  cfn: CloudFormation, parent: Parent, create: (cfn: CloudFormation, input: CreateChangeSetInput, nesting: Nesting) => Promise<ChangeSetRow>,
): Promise<{ changes: Change[], nested: Record<string, NestedSet>, problem?: string }> {
  const { stack, planned } = parent
  const nested: Record<string, NestedSet> = {}
  const changes: Change[] = []
  let problem: string | undefined
  for (const change of planned.changes) {
    const { ResourceType, Action, LogicalResourceId: id = '', PhysicalResourceId, Replacement } = change.ResourceChange!
    if (ResourceType !== nestedStackType || (Action !== 'Add' && Action !== 'Modify') || Replacement === 'True') {
      changes.push(change)
      continue
    }
    const properties = planned.properties.get(id)!
    if (JSON.stringify(properties.TemplateURL).includes(knownAfterApply)) {
      problem ??= `The TemplateURL of the nested stack ${id} is not known before the change set is executed.`
      continue
    }
    const StackName = PhysicalResourceId ?? generatedName(stack.name, id, newCode(12, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'), 128)
    const set = await create(cfn, {
      ...nestedInput(stack.model.tags, properties), StackName,
      ChangeSetName: `${parent.setName.slice(0, 80)}-${id.slice(0, 30)}-${newCode(12, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789')}`,
      ChangeSetType: Action === 'Add' ? 'CREATE' : 'UPDATE', IncludeNestedStacks: true, OnStackFailure: Action === 'Add' ? 'DELETE' : 'ROLLBACK',
      ...parent.input.ImportExistingResources && { ImportExistingResources: true },
    }, { parentSetId: parent.setId, rootSetId: parent.rootSetId, parentStackId: stack.id, rootStackId: stack.rootId ?? stack.id })
    const same = set.status === 'FAILED' && noChanges.test(set.statusReason ?? '')
    if (set.status === 'FAILED' && !same) problem ??= `Nested change set ${set.id} was not successfully created: Currently in FAILED.`
    nested[id] = { stackId: set.stackId, name: set.name, id: set.id, changes: !same }
    const differs = change.ResourceChange!.Details?.some(detail => detail.ChangeSource !== 'Automatic')
    if (!same || differs) changes.push({ ...change, ResourceChange: { ...change.ResourceChange, PhysicalResourceId: set.stackId, ChangeSetId: set.id } })
  }
  return { changes, nested, ...problem !== undefined && { problem } }
}
