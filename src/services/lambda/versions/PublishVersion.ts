import { changing, checkRevision, functionRow, resolve } from '../functions/function.ts'
import { fullConfiguration } from '../functions/shown.ts'
import { functionName } from '../names.ts'
import { checkHost } from '../snapstart/settings.ts'
import { newSnapshot } from '../snapstart/row.ts'
import type { FunctionRow, Input, Lambda, Output, VersionRow } from '../state.ts'
import { InvalidParameterValueException } from '../state.ts'

/** Freezes $LATEST as the next version; where nothing changed since the last one, that one is the answer. */
export async function PublishVersion(lambda: Lambda, input: Input<'PublishVersion'>): Promise<Output<'PublishVersion'>> {
  const { name } = functionName(lambda, input.FunctionName)
  return changing(lambda, name, async scope => {
    const row = await functionRow(scope, name)
    const latest = (await resolve(scope, name)).row
    checkRevision(input.RevisionId, latest.revisionId)
    if (input.CodeSha256 && input.CodeSha256 !== latest.codeSha256) {
      throw new InvalidParameterValueException(`CodeSHA256 (${input.CodeSha256}) is different from current CodeSHA256 in $LATEST (${latest.codeSha256}). `
        + 'Please try again with the CodeSHA256 in $LATEST.')
    }
    return fullConfiguration(scope, await publish(scope, row, latest, input.Description))
  })
}

/** Writes the next version in the running transaction. */
export async function publish(lambda: Lambda, fn: FunctionRow, latest: VersionRow, description = latest.description): Promise<VersionRow> {
  const last = fn.lastVersion > 0 ? await lambda.tables.versions.get(fn.name, fn.lastVersion) : undefined
  if (last && essence(last) === essence({ ...latest, description: last.description })) return last
  await lambda.state.codeStorage.add(lambda, latest.codeSizeBytes)
  if (latest.snapStart) await checkHost(lambda)
  const version: VersionRow = {
    ...latest, version: fn.lastVersion + 1, description, revisionId: lambda.newId(), ...latest.snapStart && { snapshot: lambda.newId() },
  }
  if (version.snapshot !== undefined) {
    await lambda.tables.snapshots.put(newSnapshot(lambda, version))
    lambda.state.snapshots.note(lambda, version.snapshot)
  }
  await lambda.tables.versions.put(version)
  await lambda.tables.functions.put({ ...fn, lastVersion: version.version })
  return version
}

/** What makes a version different from another: all but its number, revision and time. */
const essence = ({ version: _, revisionId: _r, lastModified: _l, snapshot: _s, ...rest }: VersionRow): string => JSON.stringify(Object.entries(rest).sort())
