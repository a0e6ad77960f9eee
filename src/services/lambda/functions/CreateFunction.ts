import { storeCode } from '../code/code.ts'
import { checkSigned } from '../signing/verify.ts'
import { functionArn, functionName } from '../names.ts'
import type { FunctionRow, Input, Lambda, Output, VersionRow } from '../state.ts'
import { InvalidParameterValueException, ResourceConflictException } from '../state.ts'
import { publish } from '../versions/PublishVersion.ts'
import { changing, lambdaTime } from './function.ts'
import { fullConfiguration } from './shown.ts'
import { checkDurableKey } from '../durable/sealing.ts'
import { withSealedEnvironment } from './environment.ts'
import { checkRuntime, checkUnzipped, refuseUnsupported, settle } from './validate.ts'

/** Makes a function; it can be invoked when this resolves. Errors in AWS's order: the name, the settings, the role, then the code. */
export async function CreateFunction(lambda: Lambda, input: Input<'CreateFunction'>): Promise<Output<'CreateFunction'>> {
  const { name } = functionName(lambda, input.FunctionName)
  const exists = () => new ResourceConflictException(`Function already exist: ${name}`)
  if (await lambda.tables.functions.get(name)) throw exists()
  // First, for a function of an image names neither runtime nor handler.
  refuseUnsupported(input)
  if (!input.Runtime || !input.Handler) {
    throw new InvalidParameterValueException('Runtime and Handler are mandatory parameters for functions created with deployment packages.')
  }
  await checkRuntime(lambda, input.Runtime)
  const bare = fresh(lambda, name, input)
  const settled = await withSealedEnvironment(lambda, bare, await settle(lambda, bare, input, true), input)
  await checkDurableKey(lambda, bare, settled)
  await checkSigned(lambda, name, input.CodeSigningConfigArn, [name, ...settled.layers])
  const code = await storeCode(lambda, input.Code ?? {})
  lambda.config.sandboxes.prepare?.(input.Runtime)
  const version: VersionRow = { ...settled, ...code }
  await checkUnzipped(lambda, version)
  const row: FunctionRow = {
    name, lastVersion: 0, tags: input.Tags ?? {}, policies: {}, urls: {}, eventInvoke: {},
    ...input.CodeSigningConfigArn !== undefined && { codeSigningConfigArn: input.CodeSigningConfigArn },
  }
  return changing(lambda, name, async scope => {
    if (await scope.tables.functions.get(name)) throw exists()
    await scope.tables.functions.put(row)
    await scope.tables.versions.put(version)
    scope.publish('lambda.function.changed', { functionArn: functionArn(lambda, name) })
    return fullConfiguration(scope, input.Publish ? await publish(scope, row, version, input.Description) : version, undefined, 'creating')
  })
}

/** A version with the defaults of AWS. */
function fresh(lambda: Lambda, name: string, input: Input<'CreateFunction'>): VersionRow {
  return {
    name, version: 0, runtime: input.Runtime!, handler: input.Handler!, role: input.Role!, description: '', timeoutSeconds: 3, memoryMB: 128,
    ephemeralStorageMB: 512,
    environment: {}, architecture: input.Architectures?.[0] ?? 'x86_64', tracing: 'PassThrough', layers: [], logGroup: `/aws/lambda/${name}`,
    ...input.TenancyConfig && { tenancy: 'PER_TENANT' as const },
    codeSha256: '', codeBlob: '', codeSizeBytes: 0, lastModified: lambdaTime(lambda.now()), revisionId: lambda.newId(),
  }
}
