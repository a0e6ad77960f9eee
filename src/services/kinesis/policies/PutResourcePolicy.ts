import { InvalidArgumentException, type Input, type Kinesis } from '../state.ts'
import { policyHolder } from './policy.ts'

const policyBytesMax = 20_480

/** Attaches a policy to a stream or consumer: who in other accounts may use it. */
export async function PutResourcePolicy(kinesis: Kinesis, input: Input<'PutResourcePolicy'>): Promise<object> {
  const policy = input.Policy!
  if (Buffer.byteLength(policy) > policyBytesMax) throw new InvalidArgumentException(`The policy is larger than ${policyBytesMax} bytes.`)
  if (!isPolicy(policy)) throw new InvalidArgumentException('The policy is not a valid policy document.')
  await (await policyHolder(kinesis, input.ResourceARN!)).write(policy)
  return {}
}

function isPolicy(text: string): boolean {
  try {
    const { Statement } = JSON.parse(text)
    return [Statement].flat().every(statement => statement?.Effect !== undefined && statement.Principal !== undefined && statement.Action !== undefined)
  } catch {
    return false
  }
}
