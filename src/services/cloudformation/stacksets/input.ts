import type { DeploymentTargets, Parameter } from '@aws-sdk/client-cloudformation'
import { parsed } from '../stacks/plan.ts'
import type { CloudFormation } from '../state.ts'
import { neededCapabilities, missingCapabilities, transformsOf } from '../template/capabilities.ts'
import { chooseParameters } from '../template/parameters.ts'
import { ValidationError, type Template } from '../template/template.ts'
import { InsufficientCapabilitiesException } from '../state.ts'
import { hasSnippets } from '../template/snippets.ts'
import { checkTemplate } from '../template/validate.ts'
import { unknownTypes } from '../engine/handler.ts'
import type { Target } from './operation.ts'
import type { StackInstanceRow, StackSetRow } from './rows.ts'
import { targetsOfUnits } from './service-managed.ts'

/** A set's template, checked as a stack's would be, with the values of its parameters. */
export async function checkedTemplate(
  cfn: CloudFormation, body: string, given: readonly Parameter[] | undefined, capabilities: readonly string[], previous?: Record<string, string>,
): Promise<{ template: Template, parameters: Record<string, string> }> {
  const template = parsed(body)
  const parameters = chooseParameters(template.Parameters ?? {}, [...given ?? []], previous)
  const transformed = transformsOf(template).length > 0 || hasSnippets(template)
  if (!transformed) checkTemplate(template, await unknownTypes(cfn, template))
  const needed = [...neededCapabilities(template).capabilities, ...transformed ? ['CAPABILITY_AUTO_EXPAND'] : []]
  const missing = missingCapabilities(needed, capabilities)
  if (missing.length > 0) throw new InsufficientCapabilitiesException(`Requires capabilities : [${missing.join(', ')}]`)
  return { template, parameters }
}

export interface PlacesInput { Accounts?: string[] | undefined, DeploymentTargets?: DeploymentTargets | undefined, Regions?: string[] | undefined }

/** The accounts and regions that a call names; of a service-managed set, the accounts of units. */
export async function targetsOf(cfn: CloudFormation, set: StackSetRow, input: PlacesInput): Promise<Target[]> {
  const { DeploymentTargets: targets, Regions: regions = [] } = input
  if (input.Accounts && targets) throw new ValidationError('Cannot specify both Accounts and DeploymentTargets')
  if (targets?.AccountsUrl !== undefined) throw new ValidationError('DeploymentTargets.AccountsUrl is not implemented by Fogbank.')
  if (set.permissionModel === 'SERVICE_MANAGED') return targetsOfUnits(cfn, targets ?? {}, regions)
  if (targets?.OrganizationalUnitIds?.length) throw new ValidationError('OrganizationalUnitIds cannot be specified for a self managed stack set')
  const accounts = input.Accounts ?? targets?.Accounts ?? []
  if (accounts.length === 0) throw new ValidationError('Accounts list must not be empty')
  if (regions.length === 0) throw new ValidationError('Regions list must not be empty')
  return accounts.flatMap(account => regions.map(region => ({ account, region })))
}

/** What an instance's parameters differ in from its set's. A list that is given takes the place of the one before; none leaves it. */
export function overridesOf(template: Template, given: readonly Parameter[] | undefined, instance: StackInstanceRow | undefined): Record<string, string> {
  const earlier = instance?.overrides ?? {}
  if (!given) return earlier
  const unknown = given.filter(({ ParameterKey = '' }) => !Object.hasOwn(template.Parameters ?? {}, ParameterKey)).map(({ ParameterKey }) => ParameterKey)
  if (unknown.length > 0) throw new ValidationError(`Parameters: [${unknown.join(', ')}] do not exist in the template`)
  const kept = given.flatMap(({ ParameterKey = '', ParameterValue, UsePreviousValue }): [string, string][] => {
    const value = UsePreviousValue ? earlier[ParameterKey] : ParameterValue
    return value === undefined ? [] : [[ParameterKey, value]]
  })
  return Object.fromEntries(kept)
}
