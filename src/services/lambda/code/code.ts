import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { objectBytes } from '../../../platform/s3-address.ts'
import { layerRows } from '../functions/function.ts'
import type { Lambda, LayerRow, VersionRow } from '../state.ts'
import { InvalidParameterValueException, RequestTooLargeException, zipBytesMax } from '../state.ts'
import { checkZip, codeFolder, extract, unzipTo } from './unzip.ts'

export interface StoredCode { codeBlob: string, codeSha256: string, codeSizeBytes: number, unzippedBytes: number }
interface CodeInput {
  ZipFile?: Uint8Array | undefined
  S3Bucket?: string | undefined
  S3Key?: string | undefined
  S3ObjectVersion?: string | undefined
}

/** Takes the zip of a request, or the S3 object that it names with the caller's permission, checks and stores it. */
export async function storeCode(lambda: Lambda, code: CodeInput, operation = 'CreateFunction'): Promise<StoredCode> {
  const zip = code.ZipFile ?? await zipOfS3(lambda, code)
  if (code.ZipFile && zip.byteLength > zipBytesMax) {
    throw new RequestTooLargeException(`Request must be smaller than 69905067 bytes for the ${operation} operation`)
  }
  if (zip.byteLength === 0) throw new InvalidParameterValueException('Uploaded file must be a non-empty zip')
  const { unzippedBytes } = await checkZip(zip)
  await lambda.state.codeStorage.add(lambda, zip.byteLength)
  const blob = await lambda.blobs.put(zip)
  await unzipTo(codeFolder(lambda.config.dataFolder, blob.sha256), async () => zip)
  return { codeBlob: blob.sha256, codeSha256: Buffer.from(blob.sha256, 'hex').toString('base64'), codeSizeBytes: blob.sizeBytes, unzippedBytes }
}

async function zipOfS3(lambda: Lambda, code: CodeInput): Promise<Uint8Array> {
  if (!code.S3Bucket || !code.S3Key) throw new InvalidParameterValueException('Please provide a source for function code.')
  try {
    const version = code.S3ObjectVersion ? { VersionId: code.S3ObjectVersion } : {}
    return await objectBytes(lambda.aws, { Bucket: code.S3Bucket, Key: code.S3Key, ...version })
  } catch (error) {
    const { code: s3Code = 'InternalError', message } = error as { code?: string, message: string }
    throw new InvalidParameterValueException(`Error occurred while GetObject. S3 Error Code: ${s3Code}. S3 Error Message: ${message}`)
  }
}

/** The folder with the unzipped code; unzipped again where it was swept away. */
export async function ensureCode(lambda: Lambda, row: VersionRow): Promise<string> {
  const folder = codeFolder(lambda.config.dataFolder, row.codeBlob)
  // Asked in this thread: it takes some microseconds, and a cold start waits for it.
  if (existsSync(folder)) return folder
  await unzipTo(folder, () => lambda.blobs.bytes(row.codeBlob))
  return folder
}

/** The folder with the layers merged in their order, for /opt; undefined where there are none. */
export async function ensureLayers(lambda: Lambda, row: VersionRow): Promise<string | undefined> {
  if (row.layers.length === 0) return undefined
  const layers: LayerRow[] = await layerRows(lambda, row.layers)
  const name = createHash('sha256').update(layers.map(layer => layer.codeBlob).join('+')).digest('hex')
  const folder = codeFolder(lambda.config.dataFolder, `layers-${name}`)
  if (existsSync(folder)) return folder
  const making = `${folder}.${lambda.newId()}`
  await mkdir(making, { recursive: true })
  for (const layer of layers) await extract(making, await lambda.blobs.bytes(layer.codeBlob))
  await rename(making, folder).catch(() => rm(making, { recursive: true, force: true }))
  return folder
}
