import { selected } from '../parameters/names.ts'
import { InvalidResourceId, InvalidResourceType, type ParameterRow, type Ssm } from '../state.ts'

/** The parameter that a tagging operation names: the only kind of resource that this room has. */
export async function taggedParameter(ssm: Ssm, input: { ResourceType: string | undefined, ResourceId: string | undefined }): Promise<ParameterRow> {
  if (input.ResourceType !== 'Parameter') throw new InvalidResourceType(`Fogbank has no resources of the type ${input.ResourceType}.`)
  const row = await ssm.tables.parameters.get(selected(input.ResourceId!).name)
  if (!row) throw new InvalidResourceId('The resource ID is not valid. Verify that you entered the correct ID and try again.')
  return row
}
