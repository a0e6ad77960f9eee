import { storeCode } from '../code/code.ts'
import { checkSigned } from '../signing/verify.ts'
import { functionArn, functionName } from '../names.ts'
import type { Input, Lambda, Output } from '../state.ts'
import { publish } from '../versions/PublishVersion.ts'
import { changing, checkRevision, functionRow, lambdaTime, resolve } from './function.ts'
import { fullConfiguration } from './shown.ts'
import { checkUnzipped, refuseUnsupported } from './validate.ts'

/** Replaces the code of $LATEST; the environments that run the old code end when they are idle. */
export async function UpdateFunctionCode(lambda: Lambda, input: Input<'UpdateFunctionCode'>): Promise<Output<'UpdateFunctionCode'>> {
  const { name } = functionName(lambda, input.FunctionName)
  const { codeSigningConfigArn } = await functionRow(lambda, name)
  const before = await resolve(lambda, name)
  checkRevision(input.RevisionId, before.row.revisionId)
  refuseUnsupported(input)
  await checkSigned(lambda, name, codeSigningConfigArn, [name])
  const code = await storeCode(lambda, input, 'UpdateFunctionCode')
  await checkUnzipped(lambda, { ...before.row, ...code })
  if (input.DryRun) return fullConfiguration(lambda, { ...before.row, ...code })
  lambda.config.sandboxes.prepare?.(before.row.runtime)
  return changing(lambda, name, async scope => {
    const row = await functionRow(scope, name)
    const latest = (await resolve(scope, name)).row
    checkRevision(input.RevisionId, latest.revisionId)
    const version = {
      ...latest, ...code, architecture: input.Architectures?.[0] ?? latest.architecture, lastModified: lambdaTime(scope.now()), revisionId: scope.newId(),
    }
    await scope.tables.versions.put(version)
    scope.publish('lambda.function.changed', { functionArn: functionArn(lambda, name) })
    return fullConfiguration(scope, input.Publish ? await publish(scope, row, version) : version, undefined, 'updating')
  }, true)
}
