import { invalidResource } from '../errors.ts'
import { isIntrinsic } from '../intrinsics.ts'
import { entriesOf, truthy } from '../python.ts'
import type { Dict, Value } from '../python.ts'
import { expectResource, generated } from '../resource.ts'
import type { Generated } from '../resource.ts'

const corsTypes: Record<string, [string, (value: unknown) => boolean]> = {
  AllowOrigins: ['list', Array.isArray], AllowMethods: ['list', Array.isArray], AllowCredentials: ['bool', value => typeof value === 'boolean'],
  AllowHeaders: ['list', Array.isArray], ExposeHeaders: ['list', Array.isArray],
  MaxAge: ['int', value => Number.isInteger(value) || typeof value === 'boolean'],
}

function checkUrl(id: string, config: Dict): void {
  if (!isIntrinsic(config.AuthType) && !['AWS_IAM', 'NONE'].includes(config.AuthType)) {
    throw invalidResource(id, 'AuthType is required to configure function property `FunctionUrlConfig`. Please provide either AWS_IAM or NONE.')
  }
  const cors = config.Cors
  if (!truthy(cors) || isIntrinsic(cors)) return
  for (const [name, value] of entriesOf(expectResource(cors, id, 'FunctionUrlConfig.Cors', 'map'))) {
    const type = corsTypes[name]
    if (!type) throw invalidResource(id, `${name} is not a valid property for configuring Cors.`)
    if (!isIntrinsic(value) && !type[1](value)) throw invalidResource(id, `${name} must be of type ${type[0]}.`)
  }
}

/** A function's URL and, where anyone may call it, the permissions for that. `target` is the alias or the function. */
export function functionUrl(id: string, config: Dict, target: Value, inherited: Dict): Generated[] {
  const isFunction: boolean = isIntrinsic(config)
  if (!isFunction) checkUrl(id, config)
  const { Cors, AuthType, InvokeMode } = config
  const url = generated('AWS::Lambda::Url', `${id}Url`, { Cors: truthy(Cors) ? Cors : undefined, AuthType, TargetFunctionArn: target, InvokeMode }, inherited)
  if (AuthType !== 'NONE' || isFunction) return [url]
  return [
    url,
    generated('AWS::Lambda::Permission', `${id}UrlPublicPermissions`,
      { Action: 'lambda:InvokeFunctionUrl', FunctionName: target, Principal: '*', FunctionUrlAuthType: AuthType }, inherited),
    generated('AWS::Lambda::Permission', `${id}URLInvokeAllowPublicAccess`,
      { Action: 'lambda:InvokeFunction', Principal: '*', FunctionName: target, InvokedViaFunctionUrl: true }, inherited),
  ]
}
