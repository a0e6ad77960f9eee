import { InvalidAuthorizationMessage, type Input, type Output, type Sts } from './state.ts'

/** Opens the message that a denial carried: who asked for what, and which statement decided, as JSON. Errors: InvalidAuthorizationMessage. */
export async function DecodeAuthorizationMessage(sts: Sts, input: Input<'DecodeAuthorizationMessage'>): Output<'DecodeAuthorizationMessage'> {
  const DecodedMessage = sts.state.sessions.decodeMessage(input.EncodedMessage!)
  if (DecodedMessage === undefined) throw new InvalidAuthorizationMessage('Message is not valid')
  return { DecodedMessage }
}
