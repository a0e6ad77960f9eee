import { awsError } from '../../../platform/errors.ts'
import { labelsPerVersionMax, ParameterVersionNotFound, type Input, type Output, type Ssm } from '../state.ts'
import { parameterNamed } from './parameter.ts'

const ParameterVersionLabelLimitExceeded = awsError('ParameterVersionLabelLimitExceeded')

/** Puts labels on a version; a label that another version has moves. */
export async function LabelParameterVersion(ssm: Ssm, input: Input<'LabelParameterVersion'>): Promise<Output<'LabelParameterVersion'>> {
  const parameter = await parameterNamed(ssm, input.Name!)
  const number = input.ParameterVersion ?? parameter.version
  const versions = await ssm.tables.versions.list({ prefix: [parameter.name] })
  const version = versions.find(row => row.version === number)
  if (!version) throw new ParameterVersionNotFound(`Systems Manager could not find version ${number} of ${parameter.name}. Verify the version and try again.`)
  const isValid = (label: string) => /^[a-zA-Z_.-][a-zA-Z0-9_.-]*$/.test(label) && !/^(?:aws|ssm)/i.test(label)
  const labels = input.Labels!.filter(isValid)
  const all = [...new Set([...version.labels, ...labels])]
  if (all.length > labelsPerVersionMax) {
    throw new ParameterVersionLabelLimitExceeded(
      `A parameter version can have maximum ${labelsPerVersionMax} labels.Move one or more labels to another version and try again.`
    )
  }
  for (const row of versions) {
    if (row.version !== number && row.labels.some(label => labels.includes(label))) {
      await ssm.tables.versions.put({ ...row, labels: row.labels.filter(label => !labels.includes(label)) })
    }
  }
  await ssm.tables.versions.put({ ...version, labels: all })
  return { InvalidLabels: input.Labels!.filter(label => !isValid(label)), ParameterVersion: number }
}
