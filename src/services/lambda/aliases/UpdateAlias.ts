import { changing, checkRevision, resolve } from '../functions/function.ts'
import { functionName } from '../names.ts'
import type { AliasRow, Input, Lambda, Output } from '../state.ts'
import { InvalidParameterValueException } from '../state.ts'
import { aliasOutput, aliasRow, checkVersions, weightsOf } from './alias.ts'

/** Points an alias at another version, or changes its routing; what is not given stays. */
export async function UpdateAlias(lambda: Lambda, input: Input<'UpdateAlias'>): Promise<Output<'UpdateAlias'>> {
  const { name } = functionName(lambda, input.FunctionName)
  const output = await changing(lambda, name, async scope => {
    const { weights: routed, ...row } = await aliasRow(scope, name, input.Name!)
    checkRevision(input.RevisionId, row.revisionId)
    const weights = input.RoutingConfig ? weightsOf(input.RoutingConfig.AdditionalVersionWeights) : routed
    const changed: AliasRow = {
      ...row, version: input.FunctionVersion ?? row.version, description: input.Description ?? row.description, revisionId: scope.newId(),
      ...weights && { weights },
    }
    await checkVersions(scope, changed)
    const isProvisioned = await scope.tables.provisioned.get(scope.account, scope.region, name, changed.alias) !== undefined
    const { row: version } = await resolve(scope, name, changed.version)
    if (isProvisioned && (changed.weights || changed.version === '$LATEST' || version.snapStart)) {
      throw new InvalidParameterValueException('Invalid alias configuration for Provisioned Concurrency')
    }
    await scope.tables.aliases.put(changed)
    return aliasOutput(scope, changed)
  })
  await lambda.state.provisioned.apply(lambda, name)
  return output
}
