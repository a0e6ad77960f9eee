import type { ChangeSetRow, CloudFormation } from '../state.ts'

/** Deletes a set with those nested in it; a nested stack that was there for its set alone goes with it. */
export async function deleteSet(cfn: CloudFormation, set: ChangeSetRow): Promise<void> {
  for (const { stackId, name } of Object.values(set.nested ?? {})) {
    const child = await cfn.tables.changeSets.get(stackId, name)
    if (child) await deleteSet(cfn, child)
  }
  await cfn.tables.changeSets.delete(set.stackId, set.name)
  const stack = set.parentId === undefined ? undefined : await cfn.tables.stacks.get(set.stackId)
  if (stack?.status !== 'REVIEW_IN_PROGRESS') return
  await cfn.tables.names.delete(stack.name)
  await cfn.tables.stacks.delete(stack.id)
}
