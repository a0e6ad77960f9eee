import type { CloudControl, Input, Output } from '../state.ts'
import { progress, requireRequest } from './request.ts'

/** How far a request is. */
export async function GetResourceRequestStatus(scope: CloudControl, input: Input<'GetResourceRequestStatus'>): Promise<Output<'GetResourceRequestStatus'>> {
  return { ProgressEvent: progress(await requireRequest(scope, input.RequestToken!)) }
}
