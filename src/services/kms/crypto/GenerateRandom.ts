import { randomBytes } from 'node:crypto'
import { UnsupportedOperationException, ValidationException, type Input, type Kms, type Output } from '../state.ts'
import { checkOptions } from './use.ts'

/** Random bytes, 1,024 at most. */
export async function GenerateRandom(_: Kms, input: Input<'GenerateRandom'>): Promise<Output<'GenerateRandom'>> {
  if (input.NumberOfBytes === undefined) throw new ValidationException('NumberOfBytes is required.')
  if (input.CustomKeyStoreId !== undefined) throw new UnsupportedOperationException('Custom key stores are not supported by Fogbank.')
  checkOptions(input)
  return { Plaintext: new Uint8Array(randomBytes(input.NumberOfBytes)) }
}
