import { createWriteStream } from 'node:fs'
import { chmod, lstat, mkdir, realpath, rename, rm, stat, symlink, unlink } from 'node:fs/promises'
import { basename, dirname, join, relative, resolve, sep } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { Transform } from 'node:stream'
import yauzl from 'yauzl'
import { InvalidParameterValueException, unzippedBytesMax } from '../state.ts'

const notAZip = () => new InvalidParameterValueException('Could not unzip uploaded file. Please check your file, then try to upload again.')
const tooLarge = () => new InvalidParameterValueException(`Unzipped size must be smaller than ${unzippedBytesMax} bytes`)
const entriesMax = 200_000
const linkBytesMax = 4096

/** Walks the entries of a zip in order; a broken zip, or an entry whose name leaves its folder, is InvalidParameterValueException. */
async function entriesOf(zip: Uint8Array, visit: (file: yauzl.ZipFile, entry: yauzl.Entry) => Promise<void>): Promise<void> {
  const file = await new Promise<yauzl.ZipFile>((done, failed) => {
    const buffer = Buffer.from(zip.buffer, zip.byteOffset, zip.byteLength)
    yauzl.fromBuffer(
      buffer, { lazyEntries: true, validateEntrySizes: true, strictFileNames: false }, (error, opened) => error ? failed(notAZip()) : done(opened)
    )
  })
  if (file.entryCount > entriesMax) throw tooLarge()
  await new Promise<void>((done, failed) => {
    file.on('error', () => failed(notAZip()))
    file.on('end', done)
    file.on('entry', (entry: yauzl.Entry) => void visit(file, entry).then(() => file.readEntry(), failed))
    file.readEntry()
  })
}

const isLink = (entry: yauzl.Entry): boolean => ((entry.externalFileAttributes >>> 16) & 0o170000) === 0o120000

/** Reads a zip's directory: throws as Lambda does where it is none, is empty, or its unzipped size passes the limit. */
export async function checkZip(zip: Uint8Array): Promise<{ unzippedBytes: number }> {
  let unzippedBytes = 0
  let files = 0
  await entriesOf(zip, async (_, entry) => {
    unzippedBytes += entry.uncompressedSize
    if (!entry.fileName.endsWith('/')) files++
    if (unzippedBytes >= unzippedBytesMax) throw tooLarge()
  })
  if (files === 0) throw new InvalidParameterValueException('Uploaded file must be a non-empty zip')
  return { unzippedBytes }
}

/** Unzips into a folder, once for each content: concurrent callers share the work, and the folder appears whole or not at all. */
export async function unzipTo(folder: string, zip: () => Promise<Uint8Array>): Promise<void> {
  if (await stat(folder).then(() => true, () => false)) return
  const making = `${folder}.${process.pid}.${Math.random().toString(36).slice(2)}`
  await mkdir(making, { recursive: true })
  try {
    await extract(making, await zip())
    await rename(making, folder)
  } catch (error) {
    await rm(making, { recursive: true, force: true })
    // Another caller was quicker; its folder has the same content.
    if (await stat(folder).then(() => true, () => false)) return
    throw error
  }
}

/**
 * Unzips into an existing folder, over what is there (layers merge so: a later one wins). Symbolic links are kept as they are: where they lead is for the
 * sandbox to say, in which they are followed. They are made last, and nothing is written through one that leaves the folder.
 */
export async function extract(folder: string, zip: Uint8Array): Promise<void> {
  let written = 0
  const root = await realpath(folder)
  const links: { target: string, leadsTo: string }[] = []
  await entriesOf(zip, async (file, entry) => {
    const target = resolve(root, entry.fileName)
    if (target !== root && !target.startsWith(root + sep)) throw notAZip()
    if (entry.fileName.endsWith('/')) return void await folderWithin(root, target)
    const place = await freePlace(root, target)
    const content = await new Promise<NodeJS.ReadableStream>(
      (done, failed) => file.openReadStream(entry, (error, stream) => error ? failed(notAZip()) : done(stream))
    )
    // The directory of a zip may lie about sizes: what counts is what comes out.
    const bounded = new Transform({
      transform: (chunk: Buffer, _, next) => (written += chunk.length) > unzippedBytesMax ? next(tooLarge()) : next(null, chunk)
    })
    if (isLink(entry)) {
      const leadsTo = (await buffer(content.pipe(bounded))).toString()
      if (leadsTo === '' || leadsTo.length > linkBytesMax || leadsTo.includes('\0')) throw notAZip()
      return void links.push({ target, leadsTo })
    }
    await pipeline(content, bounded, createWriteStream(place, { mode: 0o644 }))
    const mode = (entry.externalFileAttributes >>> 16) & 0o777
    // The user that the function runs as is not the one who unzips: all may read, and run what is a program.
    await chmod(place, (mode | 0o444) & 0o755 | (mode & 0o100 ? 0o111 : 0))
  })
  for (const { target, leadsTo } of links) await symlink(leadsTo, await freePlace(root, target))
}

/** Makes the folders above a place as far as they are missing; answers where it really is. Throws where a link leads out of the root. */
async function folderWithin(root: string, folder: string): Promise<string> {
  let at = root
  for (const name of relative(root, folder).split(sep).filter(part => part !== '')) {
    const next = join(at, name)
    const found = await lstat(next).catch(() => undefined)
    if (!found) await mkdir(next)
    at = found?.isSymbolicLink() ? await realpath(next).catch(() => { throw notAZip() }) : next
    if (at !== root && !at.startsWith(root + sep)) throw notAZip()
    if (found && !(await lstat(at)).isDirectory()) throw notAZip()
  }
  return at
}

/** Where a file or a link is to be written: nothing is there any more, least of all a link that would be followed. */
async function freePlace(root: string, target: string): Promise<string> {
  const place = join(await folderWithin(root, dirname(target)), basename(target))
  const found = await lstat(place).catch(() => undefined)
  if (found?.isDirectory()) throw notAZip()
  if (found) await unlink(place)
  return place
}

/** The folder where a version's code or a set of layers is unzipped, by the hash of its content. */
export const codeFolder = (dataFolder: string, sha256: string): string => join(dataFolder, 'lambda', 'code', sha256)
