import { AwsError } from '../../../platform/errors.ts'
import { InvalidParameterException, type Input, type Output, type SecretsManager } from '../state.ts'
import { passes } from '../secrets/filters.ts'
import { pageOfSecrets } from '../secrets/ListSecrets.ts'
import { findSecret, secretAt } from '../secrets/secret.ts'
import { valueOf } from './GetSecretValue.ts'

/** The current values of up to 20 secrets, by name or filter. What the caller may not read, or what is not there, stands in Errors. */
export async function BatchGetSecretValue(scope: SecretsManager, input: Input<'BatchGetSecretValue'>): Promise<Output<'BatchGetSecretValue'>> {
  const { SecretIdList: ids, Filters: filters } = input
  if ((ids === undefined) === (filters === undefined)) {
    throw new InvalidParameterException("Either 'SecretIdList' or 'Filters' must be provided, but not both.")
  }
  if (ids && (input.MaxResults !== undefined || input.NextToken !== undefined)) {
    throw new InvalidParameterException("'Filters' not specified. 'MaxResults' must not be specified.")
  }
  const listed = ids ? { page: [], next: undefined } : await filtered(scope, input)
  const SecretValues = []
  const Errors = []
  for (const SecretId of ids ?? listed.page) {
    try {
      await mayRead(scope, SecretId)
      SecretValues.push(await valueOf(await secretAt(scope, SecretId), {}, scope))
    } catch (error) {
      if (!(error instanceof AwsError)) throw error
      Errors.push({ SecretId, ErrorCode: error.code, Message: error.message })
    }
  }
  return { SecretValues, Errors, ...listed.next !== undefined && { NextToken: listed.next } }
}

async function filtered(scope: SecretsManager, input: Input<'BatchGetSecretValue'>) {
  const rows = (await scope.tables.secrets.list()).filter(row => row.deletionMs === undefined && passes(row, scope.region, input.Filters))
  const { page, next } = pageOfSecrets('BatchGetSecretValue', rows, {}, { NextToken: input.NextToken, MaxResults: input.MaxResults ?? 20 })
  return { page: page.map(({ arn }) => arn), next }
}

async function mayRead(scope: SecretsManager, id: string): Promise<void> {
  const found = await findSecret(scope, id)
  if (!found) return
  const { row: { arn, policy, tags } } = found
  await scope.authorize({
    action: 'secretsmanager:GetSecretValue', resource: arn, conditions: { 'secretsmanager:SecretId': arn }, resourceTags: () => tags,
    ...policy !== undefined && { resourcePolicy: policy },
  })
}
