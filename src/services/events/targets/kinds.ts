import { parseArn } from '../../../platform/arns.ts'
import { ValidationException, type Target } from '../state.ts'

export type TargetKind = 'lambda' | 'sqs' | 'sns' | 'kinesis' | 'logs' | 'bus'

/** What kind of target an ARN names. Those that are not built are refused by name. */
export function targetKind({ Arn: arn, Id: id }: Target): TargetKind {
  const parsed = parseArn(arn ?? '')
  if (!parsed) throw new ValidationException(`Parameter ${arn} is not valid. Reason: Provided Arn is not in correct format.`)
  const { service, resource } = parsed
  if (service === 'lambda' || service === 'sqs' || service === 'sns' || service === 'kinesis') return service
  if (service === 'logs' && resource.startsWith('log-group:')) return 'logs'
  if (service === 'events' && resource.startsWith('event-bus/')) return 'bus'
  throw new ValidationException(`The target ${id} is of the service ${service}: such targets are not supported by Fogbank.`)
}

const refusedMembers = [
  'RunCommandParameters', 'EcsParameters', 'BatchParameters', 'HttpParameters', 'RedshiftDataParameters', 'SageMakerPipelineParameters', 'AppSyncParameters',
] as const

/** Throws ValidationException where a target cannot be as the request says. */
export function checkTarget(target: Target): void {
  const kind = targetKind(target)
  const foreign = refusedMembers.find(name => target[name] !== undefined)
  if (foreign) throw new ValidationException(`${foreign} are not supported by Fogbank.`)
  if ([target.Input, target.InputPath, target.InputTransformer].filter(each => each !== undefined).length > 1) {
    throw new ValidationException(`Only one of Input, InputPath, or InputTransformer must be provided for target ${target.Id}.`)
  }
  if (target.Input !== undefined && !isJson(target.Input)) throw new ValidationException(`JSON syntax error in input for target ${target.Id}.`)
  if (target.Arn?.endsWith('.fifo') && kind === 'sqs' && !target.SqsParameters?.MessageGroupId) {
    throw new ValidationException(`Parameter(s) SqsParameters must be specified for target: ${target.Id}.`)
  }
  if (kind === 'kinesis' && !target.RoleArn) throw new ValidationException(`RoleArn is required for target ${target.Arn}.`)
  for (const path of [target.InputPath, ...Object.values(target.InputTransformer?.InputPathsMap ?? {})]) {
    if (path !== undefined && !/^\$(?:\.[^.[\]]+|\[\d+\]|\['[^']+'\])*$/.test(path)) {
      throw new ValidationException(`Parameter ${path} is not valid. Reason: Invalid JSONPath.`)
    }
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
