import { buildSource } from '../build/build.ts'
import type { Source } from '../build/context.ts'
import { fingerprint, zipFiles } from '../build/files.ts'
import type { Target } from '../deploy.ts'
import type { LocalPart } from '../package.ts'

/** Lambda takes 50 MB in a request; larger packages go by way of S3. */
const directMaxBytes = 45 * 1024 * 1024

export interface LiveFunction { part: LocalPart, source: Source, name: string }

/** Builds a function and gives it the new code, past its stack. Answers false where what is deployed would be the same. */
export async function updateCode(
  target: Target, { part, source, name }: LiveFunction, last: Map<string, string>, environment: Record<string, string | undefined>, say: (text: string) => void,
): Promise<boolean> {
  const { files, inputs } = await buildSource(source, { folder: target.folder, environment, say })
  part.paths = [source.path, ...inputs]
  const print = fingerprint(files)
  if (last.get(part.id) === print) return false
  const bytes = zipFiles(files)
  if (bytes.length <= directMaxBytes) await target.client.call('lambda', 'UpdateFunctionCode', { FunctionName: name, ZipFile: bytes })
  else {
    await target.client.put(target.bucket, undefined, new Uint8Array())
    await target.client.put(target.bucket, `${print}.zip`, bytes)
    await target.client.call('lambda', 'UpdateFunctionCode', { FunctionName: name, S3Bucket: target.bucket, S3Key: `${print}.zip` })
  }
  last.set(part.id, print)
  return true
}
