import { invalidResource, invalidTemplate } from '../errors.ts'
import { anyOf, ref } from '../intrinsics.ts'
import { equal, isDict, truthy } from '../python.ts'
import type { Dict, Value } from '../python.ts'
import { generated } from '../resource.ts'
import type { Generated } from '../resource.ts'
import type { Sam } from '../scope.ts'

const sharedCondition = 'SharedUsagePlanCondition'
const planProperties = ['CreateUsagePlan', 'Description', 'Quota', 'Tags', 'Throttle', 'UsagePlanName']
const retained: Record<string, number> = { Delete: 0, Snapshot: 1, Retain: 2 }

function stricter(before: Value, policy: Value, kinds: string[]): Value {
  if (!truthy(policy)) return before
  if (!truthy(before)) return policy
  return kinds.includes(policy) && (retained[policy] ?? 0) >= (retained[before] ?? 0) ? policy : before
}

/** Attributes of what all APIs share: the strictest policies, and a condition that any of theirs fulfils. */
function sharedAttributes(sam: Sam, attributes: Dict): Dict {
  const shared = sam.usagePlan
  shared.deletionPolicy = stricter(shared.deletionPolicy, attributes.DeletionPolicy, ['Retain'])
  shared.updateReplacePolicy = stricter(shared.updateReplacePolicy, attributes.UpdateReplacePolicy, ['Retain', 'Snapshot'])
  shareCondition(sam, attributes.Condition)
  return {
    ...truthy(shared.deletionPolicy) ? { DeletionPolicy: shared.deletionPolicy } : {},
    ...truthy(shared.updateReplacePolicy) ? { UpdateReplacePolicy: shared.updateReplacePolicy } : {},
    ...shared.conditions.size > 0 && !shared.anyWithoutCondition ? { Condition: sharedCondition } : {},
  }
}

function shareCondition(sam: Sam, condition: Value): void {
  const shared = sam.usagePlan
  if (shared.anyWithoutCondition) return
  const all = sam.output.Conditions
  if (condition === undefined || condition === null) {
    shared.anyWithoutCondition = true
    if (all) delete all[sharedCondition]
  } else if (!shared.conditions.has(condition)) {
    if (!all) throw invalidTemplate("Can't have condition without having 'Conditions' section in the template")
    shared.conditions.add(condition)
    all[sharedCondition] = shared.conditions.size > 1 ? anyOf([...shared.conditions]) : condition
  }
}

const addUnique = <T>(list: T[], item: T): T[] => {
  if (!list.some(each => equal(each, item))) list.push(item)
  return list
}

/** The usage plan of an API, its key, and what ties them; or the part in the plan that all APIs share. */
export function usagePlan(sam: Sam, id: string, plan: Value, stageId: string, inherited: Dict): Generated[] {
  if (plan === undefined || plan === null) return []
  if (!isDict(plan)) throw invalidResource(id, "'UsagePlan' must be a dictionary")
  if (!Object.keys(plan).every(key => planProperties.includes(key))) throw invalidResource(id, "Invalid property for 'UsagePlan'")
  const kind = plan.CreateUsagePlan
  if (kind === undefined || kind === null) throw invalidResource(id, "'CreateUsagePlan' is a required field for UsagePlan.")
  if (!['SHARED', 'PER_API', 'NONE'].includes(kind)) throw invalidResource(id, "'CreateUsagePlan' accepts one of ['SHARED', 'PER_API', 'NONE'].")
  if (kind === 'NONE') return []
  const isShared = kind === 'SHARED'
  const prefix = isShared ? 'Serverless' : id
  const attributes = () => isShared ? sharedAttributes(sam, inherited) : inherited
  const planId = `${prefix}UsagePlan`
  const keyId = `${prefix}ApiKey`
  const { apiStages, stageKeys, dependsOn } = isShared ? sam.usagePlan : { apiStages: [], stageKeys: [], dependsOn: [] as string[] }
  const own = Object.fromEntries(
    ['UsagePlanName', 'Description', 'Quota', 'Tags', 'Throttle'].filter(name => truthy(plan[name])).map(name => [name, plan[name]])
  )
  return [
    generated(
      'AWS::ApiGateway::UsagePlan', planId, { ApiStages: addUnique(apiStages, { ApiId: ref(id), Stage: ref(stageId) }), ...own }, attributes(),
      addUnique(dependsOn, id)
    ),
    generated(
      'AWS::ApiGateway::ApiKey', keyId, { Enabled: true, StageKeys: addUnique(stageKeys, { RestApiId: ref(id), StageName: ref(stageId) }) }, attributes(),
      [planId]
    ),
    generated(
      'AWS::ApiGateway::UsagePlanKey', `${prefix}UsagePlanKey`, { KeyId: ref(keyId), KeyType: 'API_KEY', UsagePlanId: ref(planId) }, attributes(), [keyId]
    ),
  ]
}
