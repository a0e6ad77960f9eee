import type { FunctionSpec } from '../contracts/sandbox.ts'
import type { ApiConnection, ApiRequest } from './http.ts'

/** Where a function of a snapshot asks for credentials, below AWS_LAMBDA_RUNTIME_API: those of its variables would be as old as the snapshot. */
export const credentialsPath = '/2021-04-23/credentials'

/** A connection that is kept would keep a function from becoming a snapshot. */
const json = 'Content-Type: application/json\r\nConnection: close\r\n'

/** Answers a function that asks for its credentials; false where it asks for something else. */
export function serveCredentials(spec: FunctionSpec, request: ApiRequest, connection: ApiConnection): boolean {
  if (!spec.snapshot || request.path !== credentialsPath) return false
  const refuse = (status: number, errorMessage: string): void => connection.respond(status, json, JSON.stringify({ errorMessage }))
  if (request.headers.get('authorization') !== spec.environment.AWS_CONTAINER_AUTHORIZATION_TOKEN) refuse(403, 'The token is not this function\'s')
  else spec.snapshot.credentials().then((found) => connection.respond(200, json, JSON.stringify(found)), (error: Error) => refuse(500, error.message))
  return true
}
