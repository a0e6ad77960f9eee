import type { HttpRequest, HttpResponse } from '../../../contracts/call.ts'
import { signalPath } from '../claims.ts'
import type { CloudFormation, SignalRow, StackRow } from '../state.ts'
import { enqueueOperation } from '../stacks/stack.ts'
import { isObject } from '../template/template.ts'

const signalMaxBytes = 262_144

/** Takes a signal, in the caller's transaction, and wakes the operation that may wait for it. */
export async function putSignal(cfn: CloudFormation, stack: StackRow | undefined, signal: SignalRow): Promise<void> {
  await cfn.tables.signals.put(signal)
  if (stack?.operation && !stack.operation.stopped) enqueueOperation(cfn, stack.id)
}

/**
 * Takes the PUT of a signal to a wait condition handle's URL, whose token stands for the permission to signal. A second signal of one
 * UniqueId is the first, sent again.
 */
export async function takeSignal(cfn: CloudFormation, request: HttpRequest): Promise<HttpResponse> {
  if (request.method !== 'PUT') return { status: 405 }
  const [account = '', region = '', token = ''] = request.path.slice(signalPath.length).split('/')
  const place = cfn.in({ account, region })
  const handle = await place.tables.handles.get(token)
  if (!handle) return { status: 403, body: 'There is no wait condition handle of this address.' }
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request.body) {
    size += chunk.length
    chunks.push(chunk)
    if (size > signalMaxBytes) return { status: 400, body: 'The signal is too long.' }
  }
  const sent = parsed(Buffer.concat(chunks).toString())
  if (typeof sent === 'string') return { status: 400, body: sent }
  await place.transact(async tx => {
    if (await tx.tables.signals.get(token, sent.uniqueId)) return
    await putSignal(tx, await tx.tables.stacks.get(handle.stackId), { target: token, ...sent, at: tx.now() })
  })
  return { status: 200 }
}

/** The signal, or what is wrong with it. */
function parsed(text: string): Pick<SignalRow, 'uniqueId' | 'status' | 'reason' | 'data'> | string {
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch {
    return 'The signal is not JSON.'
  }
  if (!isObject(body)) return 'The signal is not a JSON object.'
  const { Status, UniqueId, Reason, Data } = body
  if (Status !== 'SUCCESS' && Status !== 'FAILURE') return 'Status is SUCCESS or FAILURE.'
  if (typeof UniqueId !== 'string' || UniqueId === '') return 'UniqueId is missing.'
  return { uniqueId: UniqueId, status: Status, reason: textOf(Reason), data: textOf(Data) }
}

const textOf = (value: unknown): string => value === undefined || value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value)
