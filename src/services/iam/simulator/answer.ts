import { pageBy } from '../pages.ts'
import { InvalidInput } from '../state.ts'
import type { Input } from '../state.ts'
import { simulator, type Outcome, type Simulation, type Verdict } from './simulate.ts'
import { callerOf, checkGiven } from './sources.ts'

type Asked = Omit<Input<'SimulateCustomPolicy'>, 'PolicyInputList'>

/** What both kinds of simulation make of their request: the caller, the context keys, the resource's policy and owner. */
export function settingsOf(input: Asked, callerArn: string | undefined): Omit<Simulation, 'policies' | 'boundary'> {
  if (input.ResourceHandlingOption !== undefined) {
    throw new InvalidInput('ResourceHandlingOption is not supported by Fogbank: name the resources in ResourceArns.')
  }
  if (input.ResourcePolicy !== undefined) {
    checkGiven(input.ResourcePolicy, 'resource')
    if (callerArn === undefined) throw new InvalidInput('CallerArn must be specified when a resource policy is provided.')
  }
  return {
    ...callerOf(callerArn), resourcePolicy: input.ResourcePolicy, resourceOwner: /(?:^|::)(\d{12})(?::root)?$/.exec(input.ResourceOwner ?? '')?.[1],
    context: contextOf(input.ContextEntries),
  }
}

function contextOf(entries: Input<'SimulateCustomPolicy'>['ContextEntries']): Map<string, string | string[]> {
  const context = new Map<string, string | string[]>()
  for (const { ContextKeyName = '', ContextKeyValues = [], ContextKeyType = 'string' } of entries ?? []) {
    const one = !ContextKeyType.endsWith('List')
    if (one && ContextKeyValues.length !== 1) {
      throw new InvalidInput(`Invalid Context Key Value: ${ContextKeyName} of type ${ContextKeyType} must have one value.`)
    }
    if (ContextKeyType.startsWith('numeric') && ContextKeyValues.some(value => Number.isNaN(Number(value)))) {
      throw new InvalidInput(`Invalid Context Key Value: ${ContextKeyName} must be numeric.`)
    }
    context.set(ContextKeyName.toLowerCase(), one ? ContextKeyValues[0]! : ContextKeyValues)
  }
  return context
}

/** Simulates each action on each resource, a page of actions at a time. */
export function answerSimulation(simulation: Simulation, input: Asked) {
  const actions = [...new Set(input.ActionNames ?? [])]
  const invalid = actions.find(action => !/^[a-zA-Z0-9-]+:[a-zA-Z0-9]+$/.test(action))
  if (invalid !== undefined) throw new InvalidInput(`Invalid Action Name: ${invalid} is not a valid action name.`)
  const simulate = simulator(simulation)
  const numbered = actions.map((action, index) => ({ action, key: String(index).padStart(6, '0') }))
  const { page, next } = pageBy('simulation', numbered, input, ({ key }) => key)
  return { EvaluationResults: page.map(({ action }) => resultOf(simulate, action, input.ResourceArns)), ...next }
}

function resultOf(simulate: (action: string, resource: string) => Outcome, action: string, resources: string[] | undefined) {
  const named = resources && resources.length > 0 && !(resources.length === 1 && resources[0] === '*') ? resources : undefined
  const outcomes = (named ?? ['*']).map(resource => ({ resource, ...simulate(action, resource) }))
  const verdict = worst(outcomes.map(outcome => outcome.verdict))
  // The whole is what its worst resource is.
  const whole = outcomes.find(outcome => outcome.verdict === verdict)!
  return {
    EvalActionName: action, EvalResourceName: named ? named[0]! : '*', EvalDecision: verdict, MatchedStatements: whole.matched as any,
    MissingContextValues: named ? [] : whole.missing,
    ...boundaryDetail(outcomes.every(outcome => outcome.allowedByBoundary !== false), whole),
    ...named && {
      EvalDecisionDetails: whole.details,
      ResourceSpecificResults: outcomes.map(outcome => ({
        EvalResourceName: outcome.resource, EvalResourceDecision: outcome.verdict, MatchedStatements: outcome.matched as any,
        MissingContextValues: outcome.missing,
        EvalDecisionDetails: outcome.details, ...boundaryDetail(outcome.allowedByBoundary ?? true, outcome),
      })),
    },
  }
}

const boundaryDetail = (AllowedByPermissionsBoundary: boolean, { allowedByBoundary }: Outcome) =>
  allowedByBoundary === undefined ? {} : { PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary } }

const worst = (verdicts: Verdict[]): Verdict => (['explicitDeny', 'implicitDeny'] as const).find(verdict => verdicts.includes(verdict)) ?? 'allowed'
