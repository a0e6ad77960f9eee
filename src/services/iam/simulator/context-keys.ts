/** The condition keys and policy variables that policies speak of, as they are written there, each once. */
export const contextKeysOf = (documents: string[]): string[] => distinctKeys(documents.flatMap(document => contextKeysByStatement(document).flat()))

/** The keys of each statement of a policy. */
export function contextKeysByStatement(document: string): string[][] {
  const { Version, Statement } = JSON.parse(document)
  return [Statement].flat().map(statement => {
    const tests = Object.values<object>(statement.Condition ?? {})
    const texts = [statement.Resource, statement.NotResource, ...tests.flatMap(keys => Object.values(keys))].flat()
    const variables = Version === '2012-10-17' ? texts.flatMap(text => typeof text === 'string' ? variablesOf(text) : []) : []
    return [...tests.flatMap(keys => Object.keys(keys)), ...variables]
  })
}

/** Keys are the same in any case; each in the case in which it comes first. */
export function distinctKeys(keys: string[]): string[] {
  const found = new Map<string, string>()
  for (const key of keys) if (!found.has(key.toLowerCase())) found.set(key.toLowerCase(), key)
  return [...found.values()].sort()
}

/** The keys of `${aws:username}` and `${aws:PrincipalTag/team, 'none'}`; `${*}`, `${?}` and `${$}` are characters. */
function variablesOf(text: string): string[] {
  return [...text.matchAll(/\$\{([^},]+)(?:,[^}]*)?\}/g)].map(match => match[1]!.trim()).filter(name => !['*', '?', '$'].includes(name))
}
