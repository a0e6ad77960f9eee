import type { DeleteQueryDefinitionCommandInput } from '@aws-sdk/client-cloudwatch-logs'
import { ResourceNotFoundException, type Logs } from '../state.ts'

/** Forgets a query that was kept. */
export async function DeleteQueryDefinition(logs: Logs, input: DeleteQueryDefinitionCommandInput): Promise<{ success: boolean }> {
  const row = (await logs.tables.queryDefinitions.list()).find(one => one.id === input.queryDefinitionId)
  if (!row) throw new ResourceNotFoundException('The specified query definition does not exist.')
  await logs.tables.queryDefinitions.delete(row.name, row.id)
  return { success: true }
}
