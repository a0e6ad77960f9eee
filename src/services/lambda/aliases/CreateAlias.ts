import { changing, functionRow } from '../functions/function.ts'
import { functionArn, functionName } from '../names.ts'
import type { AliasRow, Input, Lambda, Output } from '../state.ts'
import { ResourceConflictException, ValidationException } from '../state.ts'
import { aliasOutput, checkVersions, weightsOf } from './alias.ts'

/** Names a version, or two with a share of the invocations each. */
export async function CreateAlias(lambda: Lambda, input: Input<'CreateAlias'>): Promise<Output<'CreateAlias'>> {
  const { name } = functionName(lambda, input.FunctionName)
  const alias = input.Name!
  if (!/^(?!^[0-9]+$)[a-zA-Z0-9-_]{1,128}$/.test(alias)) {
    throw new ValidationException(
      `1 validation error detected: Value '${alias}' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: ` +
      '(?!^[0-9]+$)([a-zA-Z0-9-_]+)'
    )
  }
  return changing(lambda, name, async scope => {
    await functionRow(scope, name)
    if (await scope.tables.aliases.get(name, alias)) throw new ResourceConflictException(`Alias already exists: ${functionArn(scope, name, alias)}`)
    const weights = weightsOf(input.RoutingConfig?.AdditionalVersionWeights)
    const row: AliasRow = {
      name, alias, version: input.FunctionVersion!, description: input.Description ?? '', revisionId: scope.newId(), ...weights && { weights }
    }
    await checkVersions(scope, row)
    await scope.tables.aliases.put(row)
    return aliasOutput(scope, row)
  })
}
