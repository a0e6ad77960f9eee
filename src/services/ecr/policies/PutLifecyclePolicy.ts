import { InvalidParameterException, repositoryAt, type Ecr, type Input, type Output } from '../state.ts'

const invalid = (why: string) =>
  new InvalidParameterException(`Invalid parameter at 'LifecyclePolicyText' failed to satisfy constraint: 'Lifecycle policy validation failure: ${why}'`)

/** Sets when images expire. There are none that could. Errors: RepositoryNotFoundException, InvalidParameterException. */
export async function PutLifecyclePolicy(ecr: Ecr, input: Input<'PutLifecyclePolicy'>): Promise<Output<'PutLifecyclePolicy'>> {
  const row = await repositoryAt(ecr, input)
  const text = input.lifecyclePolicyText!
  check(text)
  await ecr.tables.repositories.put({ ...row, lifecyclePolicy: text })
  return { registryId: ecr.account, repositoryName: row.name, lifecyclePolicyText: text }
}

/** The rules of a policy: each with its priority, what it selects and what becomes of that. */
function check(text: string): void {
  let policy: { rules?: unknown }
  try {
    policy = JSON.parse(text)
  } catch {
    throw invalid('string is not a valid JSON')
  }
  const rules = policy?.rules
  if (!Array.isArray(rules) || rules.length === 0) throw invalid('object has missing required properties (["rules"])')
  const priorities = new Set<number>()
  for (const rule of rules) {
    const missing = ['action', 'rulePriority', 'selection'].filter(name => rule?.[name] === undefined)
    if (missing.length > 0) throw invalid(`object has missing required properties (${JSON.stringify(missing)})`)
    if (!Number.isInteger(rule.rulePriority) || rule.rulePriority < 1) throw invalid('rulePriority must be a positive integer')
    if (priorities.has(rule.rulePriority)) throw invalid(`rulePriority ${rule.rulePriority} is not unique`)
    priorities.add(rule.rulePriority)
    const { tagStatus, countType, countNumber } = rule.selection
    if (!['tagged', 'untagged', 'any'].includes(tagStatus)) throw invalid('tagStatus must be one of tagged, untagged, any')
    if (typeof countType !== 'string') throw invalid('object has missing required properties (["countType"])')
    if (!Number.isInteger(countNumber) || countNumber < 1) throw invalid('countNumber must be a positive integer')
    if (typeof rule.action.type !== 'string') throw invalid('object has missing required properties (["type"])')
  }
}
