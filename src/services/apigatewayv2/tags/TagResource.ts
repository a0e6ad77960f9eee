import { tagProblem } from '../../../platform/tags.ts'
import { BadRequestException, type ApiGateway, type Input } from '../state.ts'
import { taggedResource } from './resource.ts'

/** Adds tags to an API, a stage or a domain name. */
export async function TagResource(gateway: ApiGateway, input: Input<'TagResource'>): Promise<object> {
  const { tags, save } = await taggedResource(gateway, input.ResourceArn!)
  const problem = tagProblem(input.Tags ?? {}, tags)
  if (problem) throw new BadRequestException(problem)
  await save({ ...tags, ...input.Tags })
  return {}
}
