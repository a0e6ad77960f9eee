import type { Input, VersionRow } from '../state.ts'
import { InvalidParameterValueException, ValidationException } from '../state.ts'
import { retentionDaysDefault } from './limits.ts'

type DurableConfig = Input<'CreateFunction'>['DurableConfig']

/** The durable settings of a function's version, as a request leaves them. Whether a function is durable is settled when it is made. */
export function durableOf(row: VersionRow, config: DurableConfig, isNew: boolean): VersionRow['durable'] {
  if (!config) return row.durable
  if (!isNew && !row.durable) throw new InvalidParameterValueException('You cannot add DurableConfig to a function that was created without it.')
  const timeoutSeconds = config.ExecutionTimeout ?? row.durable?.timeoutSeconds
  if (timeoutSeconds === undefined) {
    throw new ValidationException(
      "1 validation error detected: Value null at 'durableConfig.executionTimeout' failed to satisfy constraint: Member must not be null")
  }
  const kmsKeyArn = config.KMSKeyArn === undefined ? row.durable?.kmsKeyArn : config.KMSKeyArn || undefined
  return {
    timeoutSeconds, retentionDays: config.RetentionPeriodInDays ?? row.durable?.retentionDays ?? retentionDaysDefault,
    ...kmsKeyArn !== undefined && { kmsKeyArn },
  }
}

/** The durable settings as the API shows them. */
export const shownDurable = ({ durable }: VersionRow) =>
  durable && { DurableConfig: {
    ExecutionTimeout: durable.timeoutSeconds, RetentionPeriodInDays: durable.retentionDays,
    ...durable.kmsKeyArn !== undefined && { KMSKeyArn: durable.kmsKeyArn },
  } }
