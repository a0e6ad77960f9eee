import { AccessDeniedException } from '../../../platform/errors.ts'
import { parseArn } from '../../../platform/arns.ts'
import { HierarchyLevelLimitExceededException, levelsMax, ValidationException, type Ssm } from '../state.ts'

/** The name of a parameter that a request gives by name or ARN, and its selector: `:3`, `:label`. */
export function selected(text: string): { name: string, selector?: string } {
  const resource = text.startsWith('arn:') ? parseArn(text)?.resource : undefined
  const path = resource === undefined ? text : resource.replace(/^parameter/, '')
  // Names without a hierarchy have no slash, but their ARN has one.
  const given = resource !== undefined && path.lastIndexOf('/') === 0 ? path.slice(1) : path
  const at = given.indexOf(':')
  return at < 0 ? { name: given } : { name: given.slice(0, at), selector: given.slice(at) }
}

/** Refuses what cannot be a new parameter's name, in AWS's words. */
export function checkName(_: Ssm, name: string): void {
  const first = name.replace(/^\//, '').toLowerCase()
  if (first.startsWith('aws')) throw new AccessDeniedException(`No access to reserved parameter name: ${name}.`)
  if (first.startsWith('ssm') || !/^(?:\/?[a-zA-Z0-9_.-]+)(?:\/[a-zA-Z0-9_.-]+)*$/.test(name) || (!name.startsWith('/') && name.includes('/'))) {
    throw new ValidationException(
      'Parameter name: can\'t be prefixed with "aws" or "ssm" (case-insensitive). If formed as a path, it can consist of sub-paths divided by slash symbol; '
      + 'each sub-path can be formed as a mix of letters, numbers and the following 3 symbols .-_',
    )
  }
  if (name.split('/').length - 1 > levelsMax) {
    throw new HierarchyLevelLimitExceededException('The hierarchy can have a maximum of 15 levels. For more information, see Requirements and constraints '
      + 'for parameter names in the AWS Systems Manager User Guide.')
  }
}
