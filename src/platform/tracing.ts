import type { TraceContext } from '../contracts/call.ts'

/** The trace that a header `X-Amzn-Trace-Id: Root=1-…;Parent=…;Sampled=1` names; undefined where it names none, and a new trace begins. */
export function traceOf(header: string | undefined): TraceContext | undefined {
  if (header === undefined) return undefined
  const root = /(?:^|;)\s*Root=(1-[0-9a-f]{8}-[0-9a-f]{24})(?:;|\s|$)/i.exec(header)?.[1]
  if (root === undefined) return undefined
  const parentId = /;\s*Parent=([0-9a-f]{16})(?:;|\s|$)/i.exec(header)?.[1]
  const lineage = /;\s*Lineage=([0-9a-f:|]{1,1024})(?:;|\s|$)/i.exec(header)?.[1]
  return { traceId: root, ...parentId !== undefined && { parentId }, sampled: !/;\s*Sampled=0/i.test(header), ...lineage !== undefined && { lineage } }
}

/** The header of a trace, as it is sent on. */
export const headerOf = ({ traceId, parentId, sampled, lineage }: TraceContext): string =>
  `Root=${traceId}${parentId === undefined ? '' : `;Parent=${parentId}`};Sampled=${sampled ? 1 : 0}${lineage === undefined ? '' : `;Lineage=${lineage}`}`
