import type { AccountGateResult } from '@aws-sdk/client-cloudformation'
import type { Aws } from '../../../contracts/aws.ts'
import type { CloudFormation } from '../state.ts'

const gateFunction = 'AWSCloudFormationStackSetAccountGate'

/**
 * Asks the account gate of a target: a function of that name which, where it is there, says whether a stack set may work on the account. Where
 * it is not, or the execution role may not ask it, the gate is passed over.
 */
export async function accountGate(cfn: CloudFormation, aws: Aws, { account, region }: { account: string, region: string }): Promise<AccountGateResult> {
  const functionArn = `arn:${cfn.partition}:lambda:${region}:${account}:function:${gateFunction}`
  // A cloud without functions has no gates.
  if (!cfn.config.services.includes('lambda')) return { Status: 'SKIPPED', StatusReason: `Function not found: ${functionArn}` }
  try {
    const { Payload, FunctionError } = await aws.lambda.Invoke({ FunctionName: gateFunction, Payload: Buffer.from('{}') })
    const answer = FunctionError === undefined && Payload !== undefined ? JSON.parse(Buffer.from(Payload as Uint8Array).toString()) : undefined
    if (answer?.Status === 'SUCCEEDED') return { Status: 'SUCCEEDED' }
    return { Status: 'FAILED', StatusReason: `Function ${functionArn} did not let the operation pass.` }
  } catch (error) {
    const { name, message } = error as Error
    if (/^(ResourceNotFoundException|AccessDenied(Exception)?)$/.test(name)) {
      return { Status: 'SKIPPED', StatusReason: name.startsWith('Access') ? message : `Function not found: ${functionArn}` }
    }
    return { Status: 'FAILED', StatusReason: message }
  }
}
