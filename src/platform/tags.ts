/** Tags as services keep them. */
export type Tags = Record<string, string>

export const tagsPerResourceMax = 50

/** From the list form `[{ Key, Value }]` that most services use. */
export const tagsFromList = (list: readonly { Key?: string | undefined, Value?: string | undefined }[] | undefined): Tags =>
  Object.fromEntries((list ?? []).map(tag => [tag.Key ?? '', tag.Value ?? '']))

/** To the list form, in the order of their keys. */
export const tagsToList = (tags: Tags): { Key: string, Value: string }[] =>
  Object.entries(tags).sort(([a], [b]) => a < b ? -1 : 1).map(([Key, Value]) => ({ Key, Value }))

/** The tags that a caller may set: without those of AWS itself, such as CloudFormation's. */
export const userTags = (tags: Tags): Tags => Object.fromEntries(Object.entries(tags).filter(([key]) => !key.startsWith('aws:')))

/** Why AWS refuses these tags, in its words; undefined where it takes them. */
export function tagProblem(tags: Tags, existing: Tags = {}, maximum = tagsPerResourceMax): string | undefined {
  for (const [key, value] of Object.entries(tags)) {
    if (key.length < 1 || key.length > 128) return `The tag key must be between 1 and 128 characters long: ${key}`
    if (value.length > 256) return `The tag value must be no more than 256 characters long: ${value}`
    if (key.toLowerCase().startsWith('aws:')) return 'System tags cannot be added/updated by requester'
  }
  const count = Object.keys({ ...existing, ...tags }).filter(key => !key.startsWith('aws:')).length
  return count > maximum ? `The number of tags exceeds the limit of ${maximum}` : undefined
}
