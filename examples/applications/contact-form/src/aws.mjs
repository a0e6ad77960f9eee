import { createHash, createHmac } from 'node:crypto'

// A signed call of a JSON service in thirty lines, so that the application needs nothing installed. A larger one would use the AWS SDK.
const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_REGION, AWS_ENDPOINT_URL } = process.env

const hmac = (key, text) => createHmac('sha256', key).update(text).digest()
const sha256 = text => createHash('sha256').update(text).digest('hex')

/** Calls an operation by its target: `call('ssm', 'AmazonSSM.PutParameter', input)`. Throws an Error named as AWS names it. */
export async function call(service, target, input) {
  const url = new URL(AWS_ENDPOINT_URL ?? `https://${service}.${AWS_REGION}.amazonaws.com`)
  const body = JSON.stringify(input)
  const time = new Date().toISOString().replace(/[-:]|\.\d+/g, '')
  const scope = `${time.slice(0, 8)}/${AWS_REGION}/${service}/aws4_request`
  const headers = { host: url.host, 'x-amz-date': time, 'x-amz-security-token': AWS_SESSION_TOKEN ?? '', 'x-amz-target': target }
  const names = Object.keys(headers).sort()
  const canonical = ['POST', '/', '', ...names.map(name => `${name}:${headers[name]}`), '', names.join(';'), sha256(body)].join('\n')
  const key = scope.split('/').reduce(hmac, `AWS4${AWS_SECRET_ACCESS_KEY}`)
  const signature = createHmac('sha256', key).update(['AWS4-HMAC-SHA256', time, scope, sha256(canonical)].join('\n')).digest('hex')
  const authorization = `AWS4-HMAC-SHA256 Credential=${AWS_ACCESS_KEY_ID}/${scope}, SignedHeaders=${names.join(';')}, Signature=${signature}`
  const type = service === 'dynamodb' ? 'application/x-amz-json-1.0' : 'application/x-amz-json-1.1'
  const response = await fetch(url, { method: 'POST', body, headers: { ...headers, authorization, 'content-type': type } })
  const output = await response.json()
  if (!response.ok) throw Object.assign(new Error(output.message ?? output.Message), { name: output.__type?.split('#').pop() })
  return output
}
