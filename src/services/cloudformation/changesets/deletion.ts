import type { ChangeSetRow, CloudFormation } from '../state.ts'

/** Deletes a set with those nested in it, and the nested stacks that were there for their sets alone. */
export async function deleteSet(cfn: CloudFormation, set: ChangeSetRow): Promise<void> {
  for (const { stackId, name } of Object.values(set.nested ?? {})) {
    const child = await cfn.tables.changeSets.get(stackId, name)
    if (child) await deleteSet(cfn, child)
    const stack = await cfn.tables.stacks.get(stackId)
    if (stack?.status !== 'REVIEW_IN_PROGRESS') continue
    await cfn.tables.names.delete(stack.name)
    await cfn.tables.stacks.delete(stack.id)
  }
  await cfn.tables.changeSets.delete(set.stackId, set.name)
}
