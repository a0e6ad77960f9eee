import { table } from '../../src/platform/tables.ts'

/** An object of the kill test: its bytes follow from `content`. */
export interface ObjectRow { name: string, sha256: string, content: string }

export const tables = { objects: table<ObjectRow>()({ name: 'objects', key: row => [row.name], blobs: row => [row.sha256] }) }
export const place = { account: '000000000000', region: 'us-east-1' }

export const contentOf = (content: string): Uint8Array => Buffer.from(`${content}\n`.repeat(200))
