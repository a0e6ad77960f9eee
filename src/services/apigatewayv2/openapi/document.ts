import { BadRequestException, type ApiGateway } from '../state.ts'

export const integrationKey = 'x-amazon-apigateway-integration'
export const integrationsKey = 'x-amazon-apigateway-integrations'
export const anyMethodKey = 'x-amazon-apigateway-any-method'
export const authorizerKey = 'x-amazon-apigateway-authorizer'
export const authTypeKey = 'x-amazon-apigateway-authtype'
export const corsKey = 'x-amazon-apigateway-cors'
export const endpointKey = 'x-amazon-apigateway-endpoint-configuration'
export const versionKey = 'x-amazon-apigateway-importexport-version'
export const tagValueKey = 'x-amazon-apigateway-tag-value'

/** A definition in JSON or YAML, AWS's variables filled in. BadRequestException where it is no OpenAPI 3 document. */
export async function readDocument(gateway: ApiGateway, body: string): Promise<any> {
  const { account, region, partition } = gateway
  const text = body.replaceAll('${AWS::AccountId}', account).replaceAll('${AWS::Region}', region).replaceAll('${AWS::Partition}', partition)
  const document = await parse(text)
  if (typeof document !== 'object' || document === null || Array.isArray(document)) {
    throw new BadRequestException('Unable to parse API definition because of a malformed document')
  }
  if (!String(document.openapi ?? '').startsWith('3.')) {
    throw new BadRequestException('Unable to import API: only OpenAPI 3.0 definitions are supported for HTTP APIs')
  }
  if (typeof document.paths !== 'object' || document.paths === null) throw new BadRequestException('Unable to import API: the definition has no paths')
  return document
}

async function parse(text: string): Promise<any> {
  try {
    return text.trimStart().startsWith('{') ? JSON.parse(text) as unknown : (await import('yaml')).parse(text, { maxAliasCount: 100 })
  } catch (error) {
    throw new BadRequestException(`Unable to parse API definition because of a malformed document: ${(error as Error).message.split('\n')[0]}`)
  }
}

/** What a `$ref` within the document points to; other values as they are. */
export function resolved(document: any, value: any): any {
  for (let hops = 0; hops < 10 && typeof value?.$ref === 'string' && value.$ref.startsWith('#/'); hops++) {
    value = value.$ref.slice(2).split('/').reduce((at: any, part: string) => at?.[part.replaceAll('~1', '/').replaceAll('~0', '~')], document)
  }
  return value
}

/** `1.0` written as a number has lost its zero. */
export const versionOf = (value: unknown): string | undefined =>
  value === undefined || value === null ? undefined : /^\d+$/.test(String(value)) ? `${String(value)}.0` : String(value)

export const isTrue = (value: unknown): boolean => value === true || value === 'true'

export function listOf(value: unknown): string[] | undefined {
  if (value === undefined || value === null) return undefined
  return Array.isArray(value) ? value.map(String) : [String(value)]
}
