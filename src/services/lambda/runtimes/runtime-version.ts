import { hash } from 'node:crypto'
import { functionArn, functionName } from '../names.ts'
import type { Input, Lambda, Output, VersionRow } from '../state.ts'
import { InvalidParameterValueException, InvalidRuntimeException } from '../state.ts'
import { functionRow, resolve } from '../functions/function.ts'

/** The ARN of the version of a runtime that this host has, as INIT_START shows it: another version has another one. */
export async function runtimeVersionArn(lambda: Lambda, runtime: string): Promise<string> {
  const found = (await lambda.config.sandboxes.runtimes()).find(({ name }) => name === runtime)
  return `arn:${lambda.partition}:lambda:${lambda.region}::runtime:${hash('sha256', `${runtime} ${found?.version ?? ''}`)}`
}

/** Answers the ARN of the runtime that a function would run on; InvalidRuntimeException where it was told to run on another one and no other. */
export async function checkedRuntime(lambda: Lambda, row: VersionRow): Promise<string> {
  const arn = await runtimeVersionArn(lambda, row.runtime)
  const { runtimeVersionArn: wanted } = row.runtimeManagement ?? {}
  if (wanted === undefined || wanted === arn) return arn
  throw new InvalidRuntimeException(`The runtime version ${wanted}, which the function is set to, is not on this host any more: it has ${arn}.`)
}

type Named = Pick<Input<'GetRuntimeManagementConfig'>, 'FunctionName' | 'Qualifier'>

/** The version that a request names; aliases have no runtime of their own. */
export async function managedVersion(lambda: Lambda, input: Named): Promise<VersionRow> {
  const { name, qualifier } = functionName(lambda, input.FunctionName, input.Qualifier)
  await functionRow(lambda, name, qualifier)
  const { row, alias } = await resolve(lambda, name, qualifier)
  if (alias) throw new InvalidParameterValueException('Runtime management is a version\'s: name $LATEST or a published version.')
  return row
}

export const managementOutput = (lambda: Lambda, { name, version, runtimeManagement: set }: VersionRow): Output<'PutRuntimeManagementConfig'> => ({
  UpdateRuntimeOn: set?.updateRuntimeOn ?? 'Auto', FunctionArn: functionArn(lambda, name, version === 0 ? undefined : String(version)),
  ...set?.runtimeVersionArn !== undefined && { RuntimeVersionArn: set.runtimeVersionArn },
})
