import type { HttpRequest, HttpResponse } from '../../contracts/call.ts'
import { parseArn } from '../../platform/arns.ts'
import { AwsError } from '../../platform/errors.ts'
import { certificatePath } from './claims.ts'
import { signingKey } from './delivery/certificate.ts'
import { InvalidParameterException, NotFoundException, AuthorizationErrorException, type Sns } from './state.ts'
import { ConfirmSubscription } from './subscriptions/ConfirmSubscription.ts'
import { removeSubscription, subscriptionAt } from './subscriptions/subscription.ts'

/** What needs no signature: the certificate, and the addresses that endpoints are sent to confirm and to end their subscriptions. */
export async function handle(sns: Sns, request: HttpRequest): Promise<HttpResponse> {
  const certificate = certificatePath.exec(request.path)?.[1]
  if (certificate !== undefined) {
    const key = await signingKey(sns)
    return key.id === certificate ? { status: 200, headers: { 'content-type': 'application/x-pem-file' }, body: key.certificate } : { status: 404 }
  }
  const query = new URLSearchParams(request.query)
  const action = query.get('Action') ?? ''
  try {
    const result = await act(sns, action, query)
    return xml(200, `<${action}Response xmlns="http://sns.amazonaws.com/doc/2010-03-31/">${result}<ResponseMetadata><RequestId>${request.requestId}</RequestId>`
      + `</ResponseMetadata></${action}Response>`)
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    const told = `<Type>Sender</Type><Code>${error.code.replace(/Exception$/, '')}</Code><Message>${escaped(error.message)}</Message>`
    return xml(error.status, '<ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/">' +
      `<Error>${told}</Error><RequestId>${request.requestId}</RequestId></ErrorResponse>`)
  }
}

const escaped = (text: string) => text.replace(/[&<>]/g, each => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[each]!)
const xml = (status: number, body: string): HttpResponse => ({ status, headers: { 'content-type': 'text/xml' }, body })

async function act(sns: Sns, action: string, query: URLSearchParams): Promise<string> {
  const named = query.get(action === 'Unsubscribe' ? 'SubscriptionArn' : 'TopicArn') ?? ''
  const { account = '', region = '' } = parseArn(named) ?? {}
  const at = sns.in({ account, region }) as Sns
  if (action === 'ConfirmSubscription') {
    const token = query.get('Token') ?? undefined
    const { SubscriptionArn } = await at.transact(async inside => ConfirmSubscription(inside as Sns, { TopicArn: named, Token: token }))
    return `<ConfirmSubscriptionResult><SubscriptionArn>${SubscriptionArn}</SubscriptionArn></ConfirmSubscriptionResult>`
  }
  if (action !== 'Unsubscribe') throw new InvalidParameterException(`The action ${action} needs a signature.`)
  await at.transact(async inside => {
    const { at: there, subscription } = await subscriptionAt(inside as Sns, named)
    // Confirmed by somebody who signed: whoever merely got a message cannot end it.
    if (subscription.authenticated) throw new AuthorizationErrorException('The subscription was confirmed with a signature: to end it needs one as well.')
    await removeSubscription(there, subscription)
  }).catch(error => {
    if (!(error instanceof NotFoundException)) throw error
  })
  return ''
}
