import { InvalidParameterValue } from '../state.ts'

/** A task's handle says which one it is, and from which queue. */
export const taskHandle = ({ id, source }: { id: string, source: string }): string =>
  Buffer.from(JSON.stringify({ taskId: id, sourceArn: source })).toString('base64')

/** Throws InvalidParameterValue for what is no handle. */
export function taskOf(handle: string): { id: string, source: string } {
  try {
    const { taskId, sourceArn } = JSON.parse(Buffer.from(handle, 'base64').toString())
    if (typeof taskId === 'string' && typeof sourceArn === 'string') return { id: taskId, source: sourceArn }
  } catch {
    // Falls through to the error.
  }
  throw new InvalidParameterValue('Value for parameter TaskHandle is invalid.')
}
