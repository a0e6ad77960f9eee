import type { PutQueryDefinitionCommandInput } from '@aws-sdk/client-cloudwatch-logs'
import { groupNamed, InvalidParameterException, LimitExceededException, refuseMembers, ResourceNotFoundException, type Logs } from '../state.ts'

const definitionsMax = 1000

/** Keeps a query under a name, or changes one by its id. */
export async function PutQueryDefinition(logs: Logs, input: PutQueryDefinitionCommandInput): Promise<{ queryDefinitionId: string }> {
  refuseMembers(input, ['parameters'])
  if (input.queryLanguage !== undefined && input.queryLanguage !== 'CWLI') {
    throw new InvalidParameterException(`Queries in ${input.queryLanguage} are not supported by Fogbank.`)
  }
  const all = await logs.tables.queryDefinitions.list()
  const previous = all.find(row => row.id === input.queryDefinitionId)
  if (input.queryDefinitionId !== undefined && !previous) throw new ResourceNotFoundException('The specified query definition does not exist.')
  if (!previous && all.length >= definitionsMax) throw new LimitExceededException('Resource limit exceeded.')
  for (const group of input.logGroupNames ?? []) await groupNamed(logs, group)
  if (previous) await logs.tables.queryDefinitions.delete(previous.name, previous.id)
  const id = previous?.id ?? logs.newId()
  await logs.tables.queryDefinitions.put({ id, name: input.name!, queryString: input.queryString!, groups: input.logGroupNames ?? [], modifiedAt: logs.now() })
  return { queryDefinitionId: id }
}
