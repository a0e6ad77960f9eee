import { changing, functionRow } from '../functions/function.ts'
import { mappingRow } from '../mappings/mapping.ts'
import { functionName } from '../names.ts'
import { configNamed } from '../signing/config.ts'
import type { Lambda } from '../state.ts'

type Tags = Record<string, string>

/** The tags of what an ARN names: an event source mapping, a code signing configuration, or a function. ResourceNotFoundException where there is none. */
export async function tagsAt(lambda: Lambda, arn: string | undefined): Promise<Tags> {
  return (await rowAt(lambda, arn)).tags
}

/** Changes them. */
export async function changeTags(lambda: Lambda, arn: string | undefined, change: (tags: Tags) => Tags): Promise<object> {
  const kind = kindOf(arn)
  if (kind === 'function') {
    const { name } = functionName(lambda, arn)
    return changing(lambda, name, async scope => {
      const row = await functionRow(scope, name)
      await scope.tables.functions.put({ ...row, tags: change(row.tags) })
      return {}
    })
  }
  return lambda.transact(async (scope: Lambda) => {
    if (kind === 'mapping') {
      const row = await mappingRow(scope, uuidOf(arn))
      await scope.tables.mappings.put({ ...row, tags: change(row.tags) })
    } else {
      const row = await configNamed(scope, arn)
      await scope.tables.codeSigning.put({ ...row, tags: change(row.tags) })
    }
    return {}
  })
}

const kindOf = (arn = '') => arn.includes(':event-source-mapping:') ? 'mapping' : arn.includes(':code-signing-config:') ? 'signing' : 'function'
const uuidOf = (arn = '') => arn.slice(arn.lastIndexOf(':') + 1)

async function rowAt(lambda: Lambda, arn: string | undefined): Promise<{ tags: Tags }> {
  const kind = kindOf(arn)
  if (kind === 'mapping') return mappingRow(lambda, uuidOf(arn))
  return kind === 'signing' ? configNamed(lambda, arn) : functionRow(lambda, functionName(lambda, arn).name)
}
