import type { HttpRequest, HttpResponse } from '../../../contracts/call.ts'
import type { CloudFormation } from '../state.ts'
import { responsePath } from '../claims.ts'

const responseMaxBytes = 4096

/** Takes a custom resource's answer at its response URL, whose token stands for the permission to answer. */
export async function takeResponse(cfn: CloudFormation, request: HttpRequest): Promise<HttpResponse> {
  const waiting = cfn.state.responses.get(request.path.slice(responsePath.length))
  if (request.method !== 'PUT') return { status: 405 }
  if (!waiting) return { status: 403, body: 'Nothing waits for this response.' }
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request.body) {
    size += chunk.length
    chunks.push(chunk)
    if (size > responseMaxBytes) {
      waiting({ Status: 'FAILED', Reason: 'Response object is too long.' })
      return { status: 200 }
    }
  }
  try {
    waiting(JSON.parse(Buffer.concat(chunks).toString()))
  } catch {
    waiting({ Status: 'FAILED', Reason: 'Invalid Response object: it is not JSON.' })
  }
  return { status: 200 }
}
