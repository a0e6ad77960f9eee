import { provisionedChanged, provisionedRows } from '../concurrency/configuration.ts'
import { functionArn, functionName, versionLabel } from '../names.ts'
import type { Input, Lambda, Output, VersionRow } from '../state.ts'
import { InvalidParameterValueException, ResourceConflictException, ResourceNotFoundException } from '../state.ts'
import { changing, functionRow } from './function.ts'

/** Deletes a published version, or without a qualifier the function with all that belongs to it. */
export async function DeleteFunction(lambda: Lambda, input: Input<'DeleteFunction'>): Promise<Output<'DeleteFunction'>> {
  const { name, qualifier } = functionName(lambda, input.FunctionName, input.Qualifier)
  if (qualifier === '$LATEST') throw new InvalidParameterValueException('$LATEST version cannot be deleted without deleting the function.')
  const deleted = await changing(lambda, name, async scope => qualifier === undefined ? deleteAll(scope, name) : deleteVersion(scope, name, qualifier), true)
  await provisionedChanged(lambda, name)
  await removeSnapshots(lambda, deleted)
  return { StatusCode: 204 }
}

/** Answers the versions that were. */
async function deleteAll(lambda: Lambda, name: string): Promise<VersionRow[]> {
  const fn = await functionRow(lambda, name)
  const versions = await lambda.tables.versions.list({ prefix: [name] })
  for (const row of versions) await deleteRow(lambda, row)
  for (const alias of await lambda.tables.aliases.list({ prefix: [name] })) await lambda.tables.aliases.delete(name, alias.alias)
  for (const { qualifier } of await provisionedRows(lambda, name)) await lambda.tables.provisioned.delete(lambda.account, lambda.region, name, qualifier)
  for (const url of Object.values(fn.urls)) await lambda.tables.urlIds.delete(url.id)
  await lambda.tables.functions.delete(name)
  lambda.publish('lambda.function.deleted', { functionArn: functionArn(lambda, name), functionName: name })
  return versions
}

async function deleteRow(lambda: Lambda, { name, version, snapshot }: VersionRow): Promise<void> {
  await lambda.tables.versions.delete(name, version)
  if (snapshot !== undefined) await lambda.tables.snapshots.delete(snapshot)
}

/** One that is being taken is waited for. */
async function removeSnapshots(lambda: Lambda, versions: VersionRow[]): Promise<void> {
  const ids = versions.flatMap(({ snapshot }) => snapshot === undefined ? [] : [snapshot])
  if (ids.length > 0) await lambda.state.snapshots.remove(lambda, ids)
}

async function deleteVersion(lambda: Lambda, name: string, qualifier: string): Promise<VersionRow[]> {
  await functionRow(lambda, name, qualifier)
  if (!/^\d+$/.test(qualifier)) throw new InvalidParameterValueException('Deletion of aliases is not currently supported.')
  const row = await lambda.tables.versions.get(name, Number(qualifier))
  if (!row) throw new ResourceNotFoundException(`Function not found: ${functionArn(lambda, name, qualifier)}`)
  const label = versionLabel(row.version)
  const using = (await lambda.tables.aliases.list({ prefix: [name] })).filter(alias => alias.version === label || alias.weights?.[label] !== undefined)
  if (using.length > 0) {
    throw new ResourceConflictException(`Unable to delete version because the following aliases reference it: [${using.map(alias => alias.alias).join(', ')}]`)
  }
  await deleteRow(lambda, row)
  await lambda.tables.provisioned.delete(lambda.account, lambda.region, name, label)
  return [row]
}
