import { AwsError } from '../../../platform/errors.ts'
import { sealWithKey, unsealWithKey } from '../../../platform/sealing.ts'
import { kmsErrors } from '../functions/environment.ts'
import { functionArn } from '../names.ts'
import type { Lambda, VersionRow } from '../state.ts'
import { InvalidParameterValueException } from '../state.ts'
import type { ErrorObject, ExecutionDataRow, ExecutionRow, HistoryRow, OperationRow } from './rows.ts'

// The data of executions of a function whose DurableConfig has a key of KMS: inputs, results, errors and payloads are sealed with a data key of it, which
// an execution keeps for its whole life. Lambda's own principal seals them, and opens them to run the function; whoever reads them by the API needs
// kms:Decrypt, the function's role for its checkpoints, too.

/** Who opens: the caller of an operation, or Lambda itself. */
export type Who = 'caller' | 'lambda'
/** What of a row is data of the execution. */
interface Data { input?: string, result?: string, error?: ErrorObject, payload?: string }
type Keyed = Pick<ExecutionRow, 'id' | 'function' | 'sealedBy'>

const reuseMs = 5 * 60_000

const contextOf = (lambda: Lambda, name: string) => ({ 'aws:lambda:FunctionArn': functionArn(lambda, name) })

/** Lambda as key policies know it. */
const itself = (lambda: Lambda, name: string) => ({
  aws: lambda.as({ service: 'lambda.amazonaws.com', sourceArn: functionArn(lambda, name) }), now: () => lambda.now(),
  principal: { ...lambda.principal, arn: 'lambda.amazonaws.com', account: lambda.account },
})

/** An error of KMS in the words of Lambda; any other one is thrown as it is. */
function unusable(error: unknown): never {
  const [Failure, why] = (error instanceof AwsError ? kmsErrors[error.code] : undefined) ?? []
  if (!Failure) throw error
  throw new Failure(`Lambda was unable to encrypt or decrypt the data of the durable execution because ${why}. Please check the function's KMS key settings. `
    + `KMS Exception: ${(error as AwsError).code} KMS Message: ${(error as Error).message}`)
}

/** Checks, as the caller, that a key which a function is given can seal its executions. Throws InvalidParameterValueException. */
export async function checkDurableKey(lambda: Lambda, before: VersionRow, { name, durable }: VersionRow): Promise<void> {
  const KeyId = durable?.kmsKeyArn
  if (KeyId === undefined || KeyId === before.durable?.kmsKeyArn) return
  try {
    const EncryptionContext = contextOf(lambda, name)
    const { CiphertextBlob } = await lambda.aws.kms.GenerateDataKey({ KeyId, KeySpec: 'AES_256', EncryptionContext })
    await lambda.aws.kms.Decrypt({ KeyId, CiphertextBlob, EncryptionContext })
  } catch (error) {
    if (!(error instanceof AwsError) || error.status >= 500) throw error
    throw new InvalidParameterValueException('Lambda was unable to configure access to your durable execution data because the KMS key is invalid. '
      + `Please check your KMS key settings. KMS Exception: ${error.code} KMS Message: ${error.message}`)
  }
}

/** The data key of an execution that starts. Throws the KMS errors of Invoke. */
export async function keyToStart(lambda: Lambda, { name, durable }: VersionRow): Promise<ExecutionRow['sealedBy']> {
  if (durable?.kmsKeyArn === undefined) return undefined
  const { keyArn, dataKey } = await lambda.state.dataKeys.toSeal(itself(lambda, name), durable.kmsKeyArn, contextOf(lambda, name), reuseMs).catch(unusable)
  return { keyArn, dataKey }
}

const keyOf = (lambda: Lambda, execution: Keyed, who: Who): Promise<Uint8Array> => lambda.state.dataKeys.toOpen(
  who === 'caller' ? lambda : itself(lambda, execution.function), execution.sealedBy!, contextOf(lambda, execution.function), reuseMs,
).catch(unusable)

async function sealed(lambda: Lambda, execution: Keyed, place: string, data: Data): Promise<Uint8Array> {
  return new Uint8Array(sealWithKey(await keyOf(lambda, execution, 'lambda'), JSON.stringify(data), `${execution.id} ${place}`))
}

async function opened(lambda: Lambda, execution: Keyed, place: string, bytes: Uint8Array, who: Who): Promise<Data> {
  const data = unsealWithKey(await keyOf(lambda, execution, who), bytes, `${execution.id} ${place}`)
  if (!data) throw new Error(`The data of the durable execution ${execution.id} does not open with its data key.`)
  return JSON.parse(data.toString())
}

const present = (data: { [K in keyof Data]?: Data[K] | undefined }): Data => Object.fromEntries(Object.entries(data).filter(([, value]) => value !== undefined))

/** An operation as it is kept. One that was read and not opened keeps what it has, unless it has something new. */
export async function sealedOperation(lambda: Lambda, execution: Keyed, operation: OperationRow): Promise<OperationRow> {
  if (!execution.sealedBy) return operation
  const { result, error, chained, ...rest } = operation
  const { payload, ...target } = chained ?? {}
  const row = { ...rest, ...chained && { chained: target as typeof chained } }
  const data = present({ result, error, payload })
  return Object.keys(data).length === 0 ? row : { ...row, sealed: await sealed(lambda, execution, `operation ${operation.id}`, data) }
}

export async function openedOperation(lambda: Lambda, execution: Keyed, operation: OperationRow, who: Who): Promise<OperationRow> {
  const { sealed: bytes, ...rest } = operation
  if (!bytes) return operation
  const { payload, ...outcome } = await opened(lambda, execution, `operation ${operation.id}`, bytes, who)
  return { ...rest, ...outcome, ...payload !== undefined && { chained: { ...rest.chained!, payload } } }
}

export const openedOperations = (lambda: Lambda, execution: Keyed, operations: readonly OperationRow[], who: Who): Promise<OperationRow[]> =>
  Promise.all(operations.map(operation => openedOperation(lambda, execution, operation, who)))

/** What stands in place of an error that cannot be sealed: why. */
const reasonOf = (error: unknown): { error: ErrorObject } => {
  if (!(error instanceof AwsError) || error.status >= 500 && !error.name.startsWith('KMS')) throw error
  return { error: { ErrorType: error.name, ErrorMessage: error.message } }
}

/** An event as it is kept. `mayLose`: where the key cannot be used, the reason is kept in place of the data, so that an execution can end without it. */
export async function sealedEvent(lambda: Lambda, execution: Keyed, event: HistoryRow, mayLose = false): Promise<HistoryRow> {
  if (!execution.sealedBy) return event
  const { input, result, error, ...rest } = event
  const data = present({ input, result, error })
  if (Object.keys(data).length === 0) return rest
  try {
    return { ...rest, sealed: await sealed(lambda, execution, `event ${event.eventId}`, data) }
  } catch (failure) {
    if (!mayLose) throw failure
    return { ...rest, ...reasonOf(failure) }
  }
}

export async function openedEvent(lambda: Lambda, execution: Keyed, event: HistoryRow, who: Who): Promise<HistoryRow> {
  const { sealed: bytes, ...rest } = event
  return bytes ? { ...rest, ...await opened(lambda, execution, `event ${event.eventId}`, bytes, who) } : event
}

/** What an execution is given, as it is kept. */
export async function sealedInput(lambda: Lambda, execution: Keyed, input: string): Promise<ExecutionDataRow> {
  if (!execution.sealedBy) return { execution: execution.id, input }
  return { execution: execution.id, input: '', sealedInput: await sealed(lambda, execution, 'input', { input }) }
}

/** What came of an execution, as it is kept; `mayLose` as of events. */
export async function sealedOutcome(
  lambda: Lambda, execution: Keyed, { result, error }: Pick<Data, 'result' | 'error'>, mayLose: boolean,
): Promise<Partial<ExecutionDataRow>> {
  const data = present({ result, error })
  if (!execution.sealedBy || Object.keys(data).length === 0) return data
  try {
    return { sealedOutcome: await sealed(lambda, execution, 'outcome', data) }
  } catch (failure) {
    if (!mayLose) throw failure
    return reasonOf(failure)
  }
}

/** What an execution was given and what came of it. */
export async function openedData(lambda: Lambda, execution: Keyed, row: ExecutionDataRow, who: Who): Promise<ExecutionDataRow> {
  const { sealedInput: given, sealedOutcome: outcome, ...rest } = row
  return {
    ...rest, ...given && await opened(lambda, execution, 'input', given, who), ...outcome && await opened(lambda, execution, 'outcome', outcome, who),
  }
}
