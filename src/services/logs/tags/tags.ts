import { tagProblem } from '../../../platform/tags.ts'
import { groupNamed, groupNameOf, InvalidParameterException, type GroupRow, type Logs } from '../state.ts'

/** The group that a tagging operation names by its ARN. */
export const groupOfArn = (logs: Logs, arn: string): Promise<GroupRow> => groupNamed(logs, groupNameOf(arn))

export async function addTags(logs: Logs, group: GroupRow, tags: Record<string, string>): Promise<void> {
  const problem = tagProblem(tags, group.tags)
  if (problem) throw new InvalidParameterException(problem)
  await logs.tables.groups.put({ ...group, tags: { ...group.tags, ...tags } })
}

export async function removeTags(logs: Logs, group: GroupRow, keys: string[]): Promise<void> {
  await logs.tables.groups.put({ ...group, tags: Object.fromEntries(Object.entries(group.tags).filter(([key]) => !keys.includes(key))) })
}
