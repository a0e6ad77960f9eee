import type { Aws } from '../../../contracts/aws.ts'
import { openSealed, sealUnder } from '../../../platform/envelope.ts'
import { AwsError } from '../../../platform/errors.ts'
import type { Input, Lambda, Output } from '../state.ts'
import { InvalidParameterValueException } from '../state.ts'
import { mappingArn, mappingOutput } from './mapping.ts'
import type { MappingRow } from './rows.ts'

// Filter criteria under a key of KMS: who configures them seals them, Lambda's own principal opens them to poll, and a caller sees them who may.

type Given = Pick<Input<'UpdateEventSourceMapping'>, 'FilterCriteria' | 'KMSKeyArn'>

const sealedFor = (lambda: Lambda, { uuid }: MappingRow) =>
  ({ purpose: 'lambda.filters', context: { 'aws:lambda:EventSourceMappingArn': mappingArn(lambda, uuid) } })

/**
 * The row as a request leaves its filters: sealed under the mapping's key of KMS, as the caller, or as they are. What has changed neither key nor filters
 * stays as it was sealed. Throws InvalidParameterValueException where the key cannot be used.
 */
export async function withCriteria(lambda: Lambda, row: MappingRow, input: Given, before?: MappingRow): Promise<MappingRow> {
  const keyArn = input.KMSKeyArn === undefined ? before?.kmsKeyArn : input.KMSKeyArn || undefined
  const { kmsKeyArn: _, sealedFilters: __, ...bare } = row
  const keyed: MappingRow = { ...bare, ...keyArn !== undefined && { kmsKeyArn: keyArn } }
  if (!input.FilterCriteria && keyArn === before?.kmsKeyArn) return { ...keyed, ...before?.sealedFilters && { sealedFilters: before.sealedFilters } }
  try {
    const filters = input.FilterCriteria || !before ? row.filters : await openFilters(lambda, before, lambda.aws)
    if (keyArn === undefined || filters.length === 0) return { ...keyed, filters }
    return { ...keyed, filters: [], sealedFilters: await sealUnder(lambda, sealedFor(lambda, row), keyArn, JSON.stringify(filters)) }
  } catch (error) {
    if (!(error instanceof AwsError) || error.status >= 500) throw error
    throw new InvalidParameterValueException('Lambda was unable to encrypt or decrypt your filter criteria. Please check your KMS key settings. '
      + `KMS Exception: ${error.code} KMS Message: ${error.message}`)
  }
}

/** A mapping's filters, with a key of KMS as whoever `aws` acts for. Errors are those of KMS. */
async function openFilters(lambda: Lambda, row: MappingRow, aws: Aws): Promise<string[]> {
  if (!row.sealedFilters) return row.filters
  return JSON.parse((await openSealed({ config: lambda.config, aws }, sealedFor(lambda, row), row.sealedFilters)).toString())
}

/** The filters that a mapping polls by: the key's policy has to let Lambda decrypt. */
export const filtersToPoll = (lambda: Lambda, row: MappingRow): Promise<string[]> =>
  openFilters(lambda, row, lambda.as({ service: 'lambda.amazonaws.com', sourceArn: mappingArn(lambda, row.uuid) }))

/** The mapping as the API shows it to one who asks for it by name: with its filters, or with the reason why they do not open. */
export async function mappingShown(lambda: Lambda, row: MappingRow, state?: string): Promise<Output<'GetEventSourceMapping'>> {
  const shown = mappingOutput(lambda, row, state)
  if (!row.sealedFilters) return shown
  try {
    return { ...shown, FilterCriteria: { Filters: (await openFilters(lambda, row, lambda.aws)).map(Pattern => ({ Pattern })) } }
  } catch (error) {
    if (!(error instanceof AwsError) || error.status >= 500) throw error
    return { ...shown, FilterCriteriaError: { ErrorCode: error.code, Message: error.message } }
  }
}
