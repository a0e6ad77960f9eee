import { checkSigned } from '../signing/verify.ts'
import { functionArn, functionName } from '../names.ts'
import type { Input, Lambda, Output } from '../state.ts'
import { changing, checkRevision, functionRow, lambdaTime, resolve } from './function.ts'
import { fullConfiguration } from './shown.ts'
import { checkDurableKey } from '../durable/sealing.ts'
import { withSealedEnvironment } from './environment.ts'
import { settle } from './validate.ts'

/** Changes the settings of $LATEST; those that the request does not name stay. */
export async function UpdateFunctionConfiguration(lambda: Lambda, input: Input<'UpdateFunctionConfiguration'>): Promise<Output<'UpdateFunctionConfiguration'>> {
  const { name } = functionName(lambda, input.FunctionName)
  const { codeSigningConfigArn } = await functionRow(lambda, name)
  const { row } = await resolve(lambda, name)
  checkRevision(input.RevisionId, row.revisionId)
  await checkDurableKey(lambda, row, await settle(lambda, row, input))
  await checkSigned(lambda, name, codeSigningConfigArn, (input.Layers ?? []).filter(layer => !row.layers.includes(layer)))
  return changing(lambda, name, async scope => {
    const latest = (await resolve(scope, name)).row
    checkRevision(input.RevisionId, latest.revisionId)
    const settled = await withSealedEnvironment(scope, latest, await settle(scope, latest, input), input)
    const version = { ...settled, lastModified: lambdaTime(scope.now()), revisionId: scope.newId() }
    await scope.tables.versions.put(version)
    scope.publish('lambda.function.changed', { functionArn: functionArn(lambda, name) })
    return fullConfiguration(scope, version, undefined, 'updating')
  }, true)
}
