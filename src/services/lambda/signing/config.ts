import { functionArn } from '../names.ts'
import type { CodeSigningRow, Input, Lambda, Output } from '../state.ts'
import { CodeSigningConfigNotFoundException, InvalidParameterValueException, ResourceNotFoundException } from '../state.ts'

export const configArn = (lambda: Pick<Lambda, 'partition' | 'region' | 'account'>, id: string): string =>
  `arn:${lambda.partition}:lambda:${lambda.region}:${lambda.account}:code-signing-config:${id}`

/** The part of an ARN that is the configuration's id; undefined for one of another account or region, whose configurations are not seen here. */
export function configId(lambda: Lambda, arn: string | undefined): string | undefined {
  const id = arn?.slice(arn.lastIndexOf(':') + 1) ?? ''
  return arn === configArn(lambda, id) ? id : undefined
}

const words = (arn: string | undefined) => `The code signing configuration cannot be found. Check that the provided configuration is not deleted: ${arn}.`

/** The configuration that a request is about; ResourceNotFoundException where there is none. */
export async function configNamed(lambda: Lambda, arn: string | undefined): Promise<CodeSigningRow> {
  const id = configId(lambda, arn)
  const row = id === undefined ? undefined : await lambda.tables.codeSigning.get(id)
  if (!row) throw new ResourceNotFoundException(words(arn))
  return row
}

/** The configuration that a function is to have; CodeSigningConfigNotFoundException where there is none. */
export async function configForFunction(lambda: Lambda, arn: string): Promise<CodeSigningRow> {
  return configNamed(lambda, arn).catch(() => { throw new CodeSigningConfigNotFoundException(words(arn)) })
}

const profile = /^arn:aws[a-zA-Z-]*:signer:[a-z0-9-]+:\d{12}:\/signing-profiles\/[a-zA-Z0-9_]{2,64}\/[a-zA-Z0-9]{10}$/

/** What a request says of a configuration, checked; what it does not name is as it was, or AWS's default. */
export function settingsOf(input: Omit<Input<'UpdateCodeSigningConfig'>, 'CodeSigningConfigArn'>, before?: CodeSigningRow) {
  const profiles = input.AllowedPublishers?.SigningProfileVersionArns ?? before?.profiles ?? []
  for (const arn of profiles) {
    if (!profile.test(arn)) throw new InvalidParameterValueException(`The signing profile version ARN ${arn} is invalid.`)
  }
  return {
    description: input.Description ?? before?.description ?? '', profiles,
    policy: input.CodeSigningPolicies?.UntrustedArtifactOnDeployment ?? before?.policy ?? 'Warn' as const,
  }
}

export const configOutput = (lambda: Lambda, row: CodeSigningRow): NonNullable<Output<'GetCodeSigningConfig'>['CodeSigningConfig']> => ({
  CodeSigningConfigId: row.id, CodeSigningConfigArn: configArn(lambda, row.id), Description: row.description,
  AllowedPublishers: { SigningProfileVersionArns: row.profiles }, CodeSigningPolicies: { UntrustedArtifactOnDeployment: row.policy },
  LastModified: row.lastModified,
})

/** ARNs of the functions that have a configuration, in the order of their names. */
export async function functionsWith(lambda: Lambda, arn: string, after = ''): Promise<string[]> {
  const names: string[] = []
  for await (const row of lambda.tables.functions.each()) if (row.codeSigningConfigArn === arn && row.name > after) names.push(row.name)
  return names.map(name => functionArn(lambda, name))
}

/** Authorization rules of operations that name a configuration. */
export const onConfig = {
  resource: (_: Lambda, input: { CodeSigningConfigArn: string | undefined }) => input.CodeSigningConfigArn ?? '*',
  async resourceTags(lambda: Lambda, input: { CodeSigningConfigArn: string | undefined }) {
    return (await lambda.tables.codeSigning.get(configId(lambda, input.CodeSigningConfigArn) ?? ''))?.tags
  },
}
