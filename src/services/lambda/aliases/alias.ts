import { functionArn } from '../names.ts'
import type { AliasRow, Lambda, Output } from '../state.ts'
import { InvalidParameterValueException, ResourceNotFoundException } from '../state.ts'

/** The alias as the API shows it. */
export const aliasOutput = (lambda: Lambda, row: AliasRow): Output<'GetAlias'> => ({
  AliasArn: functionArn(lambda, row.name, row.alias), Name: row.alias, FunctionVersion: row.version, Description: row.description, RevisionId: row.revisionId,
  ...row.weights && { RoutingConfig: { AdditionalVersionWeights: row.weights } },
})

/** The alias of a function; ResourceNotFoundException where it is not there. */
export async function aliasRow(lambda: Lambda, name: string, alias: string): Promise<AliasRow> {
  const row = await lambda.tables.aliases.get(name, alias)
  if (!row) throw new ResourceNotFoundException(`Cannot find alias arn: ${functionArn(lambda, name, alias)}`)
  return row
}

/** Throws unless the versions that an alias names exist and their weights can be routed by. */
export async function checkVersions(lambda: Lambda, { name, version, weights }: Pick<AliasRow, 'name' | 'version' | 'weights'>): Promise<void> {
  const named = [version, ...Object.keys(weights ?? {})]
  if (Object.keys(weights ?? {}).length > 1) throw new InvalidParameterValueException('Number of items in AdditionalVersionWeights cannot be greater than 1')
  if (weights && named.includes('$LATEST')) throw new InvalidParameterValueException('$LATEST is not supported for an alias pointing to more than 1 version')
  if (weights && Object.keys(weights).includes(version)) {
    throw new InvalidParameterValueException(`Invalid function version ${version}. Function version ${version} is already included in routing configuration.`)
  }
  for (const weight of Object.values(weights ?? {})) {
    if (!(weight >= 0 && weight <= 1)) throw new InvalidParameterValueException(`The weight ${weight} is not between 0 and 1.`)
  }
  for (const each of named) {
    const number = each === '$LATEST' ? 0 : Number(each)
    if (!/^(?:\$LATEST|[1-9]\d*)$/.test(each) || !await lambda.tables.versions.get(name, number))
      throw new ResourceNotFoundException(`Function not found: ${functionArn(lambda, name, each)}`)
  }
}

/** AWS takes an empty map for no routing. */
export const weightsOf = (given: Record<string, number> | undefined): Record<string, number> | undefined =>
  given && Object.keys(given).length > 0 ? given : undefined
