import { parameterArn, ParameterNotFound, ParameterVersionNotFound, type Output, type ParameterRow, type Ssm, type VersionRow } from '../state.ts'
import { selected } from './names.ts'
import { openSecure } from './secure.ts'

/** The version that a request selects: the latest, a number, or the one with a label. Undefined where there is no such parameter. */
export async function findVersion(ssm: Ssm, text: string): Promise<VersionRow | undefined> {
  const { name, selector } = selected(text)
  const parameter = await ssm.tables.parameters.get(name)
  if (!parameter) return undefined
  if (selector === undefined) return ssm.tables.versions.get(name, parameter.version)
  const wanted = selector.slice(1)
  const found = /^\d+$/.test(wanted)
    ? await ssm.tables.versions.get(name, Number(wanted))
    : (await ssm.tables.versions.list({ prefix: [name] })).find(version => version.labels.includes(wanted))
  if (!found) throw new ParameterVersionNotFound(`Systems Manager could not find version ${wanted} of ${name}. Verify the version and try again.`)
  return found
}

export async function parameterNamed(ssm: Ssm, text: string): Promise<ParameterRow> {
  const parameter = await ssm.tables.parameters.get(selected(text).name)
  if (!parameter) throw new ParameterNotFound('')
  return parameter
}

/** The value as a caller sees it: a secure string stays sealed without WithDecryption. */
const valueOf = async (ssm: Ssm, row: VersionRow, decrypt: boolean | undefined): Promise<string> =>
  row.type === 'SecureString' && decrypt ? openSecure(ssm, row) : row.value

export async function parameterView(
  ssm: Ssm, row: VersionRow, decrypt: boolean | undefined, selector?: string
): Promise<NonNullable<Output<'GetParameter'>['Parameter']>> {
  return {
    Name: row.name, Type: row.type, Value: await valueOf(ssm, row, decrypt), Version: row.version, ...selector !== undefined && { Selector: selector },
    LastModifiedDate: new Date(row.modifiedMs), ARN: parameterArn(ssm, row.name), DataType: row.dataType,
  }
}

/** What descriptions and histories tell of a version. */
export const versionView = (row: VersionRow) => ({
  Name: row.name, Type: row.type, ...row.keyId !== undefined && { KeyId: row.keyId }, LastModifiedDate: new Date(row.modifiedMs),
  LastModifiedUser: row.modifiedBy,
  ...row.description !== undefined && { Description: row.description }, ...row.allowedPattern !== undefined && { AllowedPattern: row.allowedPattern },
  Version: row.version, Tier: row.tier, Policies: [], DataType: row.dataType,
})

export const historyView = async (ssm: Ssm, row: VersionRow, decrypt: boolean | undefined) =>
  ({ ...versionView(row), Value: await valueOf(ssm, row, decrypt), Labels: row.labels })
