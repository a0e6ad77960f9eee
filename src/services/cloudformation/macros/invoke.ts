import type { CloudFormation } from '../state.ts'
import { ValidationError, isObject } from '../template/template.ts'

const fragmentMaxBytes = 6_291_456

export interface MacroCall { name: string, fragment: unknown, params: Record<string, unknown>, templateParameterValues: Record<string, unknown> }

/** Asks a macro's function, as the caller, to transform a fragment of a template. Throws ValidationError in CloudFormation's words. */
export async function invokeMacro(cfn: CloudFormation, { name, fragment, params, templateParameterValues }: MacroCall): Promise<unknown> {
  const transformId = `${cfn.account}::${name}`
  const row = await cfn.tables.macros.get(name)
  if (!row) throw new ValidationError(`No transform named ${name.includes('::') ? name : transformId} found.`)
  const requestId = cfn.newId()
  const payload = JSON.stringify({ accountId: cfn.account, fragment, transformId, requestId, region: cfn.region, params, templateParameterValues })
  if (Buffer.byteLength(payload) > fragmentMaxBytes) {
    throw new ValidationError(`Transform ${transformId} failed with: the fragment exceeds ${fragmentMaxBytes} bytes.`)
  }
  const answer = await ask(cfn, row.functionName, payload).catch((error: Error) => {
    throw new ValidationError(`Failed to execute transform ${transformId}: ${error.message}`)
  })
  if (!isObject(answer) || answer.requestId !== requestId || typeof answer.status !== 'string' ||
    !('fragment' in answer || answer.status.toLowerCase() !== 'success')) {
    throw new ValidationError(`Received malformed response from transform ${transformId}`)
  }
  if (answer.status.toLowerCase() === 'success') return answer.fragment
  throw new ValidationError(typeof answer.errorMessage === 'string' && answer.errorMessage !== ''
    ? `Transform ${transformId} failed with: ${answer.errorMessage}`
    : `Transform ${transformId} failed without an error message.`)
}

/** The function's answer; undefined where it failed, or answered no JSON. */
async function ask(cfn: CloudFormation, FunctionName: string, payload: string): Promise<unknown> {
  const { Payload, FunctionError } = await cfn.aws.lambda.Invoke({ FunctionName, Payload: Buffer.from(payload) })
  if (FunctionError !== undefined || Payload === undefined) return undefined
  try {
    return JSON.parse(Buffer.from(Payload as Uint8Array).toString())
  } catch {
    return undefined
  }
}
