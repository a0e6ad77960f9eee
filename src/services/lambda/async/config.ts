import { changing, functionRow, resolve } from '../functions/function.ts'
import { functionArn, functionName } from '../names.ts'
import type { EventInvokeConfig, Input, Lambda, Output } from '../state.ts'
import { ResourceNotFoundException } from '../state.ts'
import { checkDestination, checkRoleMaySend } from './destinations.ts'

type Given = Input<'PutFunctionEventInvokeConfig'>

/** The configuration as the API shows it. */
export const configOutput = (lambda: Lambda, name: string, qualifier: string, config: EventInvokeConfig): Output<'GetFunctionEventInvokeConfig'> => ({
  FunctionArn: functionArn(lambda, name, qualifier), LastModified: new Date(config.lastModifiedMs),
  ...config.maximumRetryAttempts !== undefined && { MaximumRetryAttempts: config.maximumRetryAttempts },
  ...config.maximumEventAgeSeconds !== undefined && { MaximumEventAgeInSeconds: config.maximumEventAgeSeconds },
  DestinationConfig: {
    OnSuccess: config.onSuccess === undefined ? {} : { Destination: config.onSuccess },
    OnFailure: config.onFailure === undefined ? {} : { Destination: config.onFailure },
  },
})

/** The configuration of a function, version or alias; ResourceNotFoundException where it has none. */
export async function configNamed(lambda: Lambda, input: { FunctionName: string | undefined, Qualifier?: string | undefined }) {
  const { name, qualifier = '$LATEST' } = functionName(lambda, input.FunctionName, input.Qualifier)
  const config = (await functionRow(lambda, name, qualifier)).eventInvoke[qualifier]
  if (!config) throw new ResourceNotFoundException(`The function ${functionArn(lambda, name, qualifier)} doesn't have an EventInvokeConfig`)
  return { name, qualifier, config }
}

/** Writes a configuration made of what there was and what the request gives. */
export async function writeConfig(lambda: Lambda, input: Given, keepsOld: boolean): Promise<Output<'PutFunctionEventInvokeConfig'>> {
  const { name, qualifier = '$LATEST' } = functionName(lambda, input.FunctionName, input.Qualifier)
  const { row: version } = await resolve(lambda, name, qualifier)
  const destinations = [input.DestinationConfig?.OnSuccess?.Destination, input.DestinationConfig?.OnFailure?.Destination]
  for (const destination of destinations) if (destination) checkDestination(lambda, destination, name)
  for (const destination of destinations) if (destination) await checkRoleMaySend(lambda, version, destination)
  return changing(lambda, name, async scope => {
    const row = await functionRow(scope, name)
    const { onSuccess: oldSuccess, onFailure: oldFailure, ...old } = (keepsOld ? row.eventInvoke[qualifier] : undefined) ?? { lastModifiedMs: 0 }
    const given = input.DestinationConfig
    const onSuccess = given?.OnSuccess ? given.OnSuccess.Destination || undefined : oldSuccess
    const onFailure = given?.OnFailure ? given.OnFailure.Destination || undefined : oldFailure
    const config: EventInvokeConfig = {
      ...old, lastModifiedMs: scope.now(), ...input.MaximumRetryAttempts !== undefined && { maximumRetryAttempts: input.MaximumRetryAttempts },
      ...input.MaximumEventAgeInSeconds !== undefined && { maximumEventAgeSeconds: input.MaximumEventAgeInSeconds },
      ...onSuccess !== undefined && { onSuccess }, ...onFailure !== undefined && { onFailure },
    }
    await scope.tables.functions.put({ ...row, eventInvoke: { ...row.eventInvoke, [qualifier]: config } })
    return configOutput(scope, name, qualifier, config)
  })
}
