import { AwsError } from '../../platform/errors.ts'
import { HeldBytes } from '../held-bytes.ts'

/** A form of multipart/form-data (RFC 7578): its fields, and the file that follows them, as a stream. What comes after the file counts for nothing. */
export interface Form {
  /** Names in lower case; the latest value of each. */
  fields: Map<string, string>
  /** `name`: as the browser has it, without its folders. `offset`: how many bytes of the form lie before the file's own. */
  file?: { name: string, offset: number, body: AsyncGenerator<Buffer> }
}

/** All that lies before the file, in bytes: the bound of S3. */
const fieldsBytesMax = 20_480
const trailingBytesMax = 1_048_576
const lineEnd = Buffer.from('\r\n')
const headersEnd = Buffer.from('\r\n\r\n')

const malformed = () => new AwsError('MalformedPOSTRequest', 'The body of your POST request is not well-formed multipart/form-data.')
const tooMuch = () => new AwsError('MaxPostPreDataLengthExceededError', 'Your POST request fields preceding the upload file were too large.')

/** The boundary of a content type; undefined where it is no form's. */
export function boundaryOf(contentType: string): string | undefined {
  if (!/^multipart\/form-data\s*(?:;|$)/i.test(contentType)) return undefined
  const match = /;\s*boundary=(?:"([^"]{1,70})"|([^\s;,"]{1,70}))/i.exec(contentType)
  return match?.[1] ?? match?.[2]
}

/** Reads a form up to its file. Throws MalformedPOSTRequest, and MaxPostPreDataLengthExceededError beyond 20 KB of fields. */
export async function readForm(source: AsyncIterable<Uint8Array>, boundary: string): Promise<Form> {
  const input = new Input(source)
  const fields = new Map<string, string>()
  const opening = Buffer.from(`--${boundary}`)
  const delimiter = Buffer.from(`\r\n--${boundary}`)
  await input.before(opening)
  while (await input.goesOn()) {
    const { name, filename } = disposition(await input.before(headersEnd))
    if (name.toLowerCase() === 'file') return { fields, file: { name: filename, offset: input.taken, body: input.fileBefore(delimiter) } }
    fields.set(name.toLowerCase(), (await input.before(delimiter)).toString())
  }
  return { fields }
}

/** The name of a part, and of its file: `Content-Disposition: form-data; name="file"; filename="a.txt"`. */
function disposition(headers: Buffer): { name: string, filename: string } {
  const line = headers.toString().split('\r\n').find(each => /^content-disposition:/i.test(each)) ?? ''
  const parameter = (name: string): string | undefined => {
    const match = new RegExp(`;\\s*${name}=(?:"((?:[^"\\\\]|\\\\.)*)"|([^;\\s]*))`, 'i').exec(line)
    // Browsers write a quote as %22; others escape it.
    return match?.[1]?.replace(/\\(["\\])/g, '$1').replaceAll('%22', '"') ?? match?.[2]
  }
  const name = parameter('name')
  if (name === undefined || name === '') throw malformed()
  return { name, filename: (parameter('filename') ?? '').replace(/^.*[\\/]/s, '') }
}

/** Bytes of a stream up to a mark; no more is held than the fields of a form may have, or one piece of its file. */
class Input {
  readonly #held: HeldBytes
  constructor(source: AsyncIterable<Uint8Array>) {
    this.#held = new HeldBytes(source[Symbol.asyncIterator]())
  }

  /** How many bytes of the form were read before what comes next. */
  get taken(): number { return this.#held.taken }

  /** All before the next mark, which is taken as well. */
  async before(mark: Buffer): Promise<Buffer> {
    let from = 0
    for (;;) {
      const at = this.#held.bytes.indexOf(mark, from)
      if (this.#held.taken + (at < 0 ? this.#held.bytes.length - mark.length : at) > fieldsBytesMax) throw tooMuch()
      if (at >= 0) return this.#held.take(at + mark.length).subarray(0, at)
      from = Math.max(0, this.#held.bytes.length - mark.length + 1)
      if (!await this.#held.more()) throw malformed()
    }
  }

  /** Whether another part follows a boundary: it ends the line, or with two hyphens the form. */
  async goesOn(): Promise<boolean> {
    while (this.#held.bytes.length < 2) if (!await this.#held.more()) throw malformed()
    if (this.#held.bytes.toString('latin1', 0, 2) === '--') return false
    if ((await this.before(lineEnd)).toString('latin1').trim() !== '') throw malformed()
    return true
  }

  /** The file's bytes, as they come in; the rest of the form is read and dropped. */
  async *fileBefore(mark: Buffer): AsyncGenerator<Buffer> {
    for (;;) {
      const at = this.#held.bytes.indexOf(mark)
      if (at >= 0) {
        if (at > 0) yield this.#held.take(at)
        break
      }
      // The end of what is held may be the beginning of the mark.
      const sure = this.#held.bytes.length - mark.length + 1
      if (sure > 0) yield this.#held.take(sure)
      if (!await this.#held.more()) throw malformed()
    }
    let trailing = 0
    do {
      trailing += this.#held.bytes.length
      this.#held.take(this.#held.bytes.length)
      if (trailing > trailingBytesMax) throw malformed()
    } while (await this.#held.more())
  }
}
