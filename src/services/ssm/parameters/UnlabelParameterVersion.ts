import { ParameterVersionNotFound, type Input, type Output, type Ssm } from '../state.ts'
import { parameterNamed } from './parameter.ts'

/** Takes labels off a version. */
export async function UnlabelParameterVersion(ssm: Ssm, input: Input<'UnlabelParameterVersion'>): Promise<Output<'UnlabelParameterVersion'>> {
  const { name } = await parameterNamed(ssm, input.Name!)
  const version = await ssm.tables.versions.get(name, input.ParameterVersion!)
  if (!version) {
    throw new ParameterVersionNotFound(`Systems Manager could not find version ${input.ParameterVersion} of ${name}. Verify the version and try again.`)
  }
  const RemovedLabels = input.Labels!.filter(label => version.labels.includes(label))
  await ssm.tables.versions.put({ ...version, labels: version.labels.filter(label => !RemovedLabels.includes(label)) })
  return { RemovedLabels, InvalidLabels: input.Labels!.filter(label => !RemovedLabels.includes(label)) }
}
