import { changing, checkRevision, functionRow } from '../functions/function.ts'
import { functionName } from '../names.ts'
import type { Input, Lambda, Output } from '../state.ts'
import { ResourceNotFoundException } from '../state.ts'

/** Takes a statement out of the policy of a function, a version or an alias. */
export async function RemovePermission(lambda: Lambda, input: Input<'RemovePermission'>): Promise<Output<'RemovePermission'>> {
  const { name, qualifier = '$LATEST' } = functionName(lambda, input.FunctionName, input.Qualifier)
  await changing(lambda, name, async scope => {
    const fn = await functionRow(scope, name)
    const policy = fn.policies[qualifier]
    if (!policy) throw new ResourceNotFoundException('No policy is associated with the given resource.')
    checkRevision(input.RevisionId, policy.revisionId)
    const statements = policy.statements.filter(statement => statement.Sid !== input.StatementId)
    if (statements.length === policy.statements.length) throw new ResourceNotFoundException(`Statement ${input.StatementId} is not found in resource policy.`)
    const { [qualifier]: _, ...others } = fn.policies
    await scope.tables.functions.put({
      ...fn, policies: statements.length > 0 ? { ...others, [qualifier]: { revisionId: scope.newId(), statements } } : others,
    })
  })
  return {}
}
