import type { Filter } from '@aws-sdk/client-secrets-manager'
import type { SecretRow } from '../state.ts'

// docs.aws.amazon.com/secretsmanager, "Find secrets": a filter's values are alternatives, its keys must all match, `!` in front negates.

/** Whether a secret passes every filter. */
export const passes = (row: SecretRow, region: string, filters: readonly Filter[] = []): boolean =>
  filters.every(({ Key: key = 'all', Values: values = [] }) => values.some(value => {
    const negated = value.startsWith('!')
    return matches(row, region, key, negated ? value.slice(1) : value) !== negated
  }))

function matches(row: SecretRow, region: string, key: string, value: string): boolean {
  switch (key) {
    case 'name': return row.name.startsWith(value)
    case 'tag-key': return Object.keys(row.tags).some(tag => tag.startsWith(value))
    case 'tag-value': return Object.values(row.tags).some(tag => tag.startsWith(value))
    case 'primary-region': return region.startsWith(value)
    case 'owning-service': return false
    case 'description': return hasWords([row.description ?? ''], value)
    default: return hasWords([row.name, row.description ?? '', ...Object.entries(row.tags).flat()], value)
  }
}

/** Every word of the value begins a word of the texts, whatever their case. */
function hasWords(texts: readonly string[], value: string): boolean {
  const words = texts.flatMap(wordsOf)
  const whole = texts.map(text => text.toLowerCase())
  return wordsOf(value).every(word => words.some(one => one.startsWith(word)) || whole.some(text => text.startsWith(word)))
}

const wordsOf = (text: string): string[] => text.toLowerCase().split(/[ /_+=.@-]+/).filter(word => word !== '')
