import { createHash, createPublicKey } from 'node:crypto'
import { userOrCaller } from '../caller.ts'
import { entity } from '../entities.ts'
import { InvalidPublicKey, NoSuchEntity, type Iam, type SshKeyRow } from '../state.ts'

export const sshKeysPerUserMax = 5

/** The RSA key of an OpenSSH line, or of PEM. Throws InvalidPublicKey. */
export function readKey(body: string): { pem: string, fingerprint: string } {
  const line = /^ssh-rsa ([A-Za-z0-9+/=]+)/.exec(body.trim())
  try {
    const blob = line ? Buffer.from(line[1]!, 'base64') : blobOf(body)
    const [type, e, n] = partsOf(blob)
    if (type?.toString() !== 'ssh-rsa' || !e || !n || n.length < 128) throw new Error('no RSA key')
    const key = createPublicKey({
      key: { kty: 'RSA', e: e.toString('base64url'), n: n[0] === 0 ? n.subarray(1).toString('base64url') : n.toString('base64url') }, format: 'jwk'
    })
    const fingerprint = createHash('md5').update(blob).digest('hex').replace(/..(?=.)/g, '$&:')
    return { pem: key.export({ format: 'pem', type: 'spki' }) as string, fingerprint }
  } catch {
    throw new InvalidPublicKey('The public key is malformed or otherwise invalid.')
  }
}

/** The parts of a key in SSH's wire form: each is its length in four bytes, and its bytes. */
function partsOf(blob: Buffer): Buffer[] {
  const parts: Buffer[] = []
  for (let at = 0; at + 4 <= blob.length;) {
    const length = blob.readUInt32BE(at)
    parts.push(blob.subarray(at + 4, at + 4 + length))
    at += 4 + length
  }
  return parts
}

function blobOf(pem: string): Buffer {
  const { e, n } = createPublicKey(pem).export({ format: 'jwk' })
  const modulus = Buffer.from(n!, 'base64url')
  const parts = [Buffer.from('ssh-rsa'), Buffer.from(e!, 'base64url'), modulus[0]! & 0x80 ? Buffer.concat([Buffer.of(0), modulus]) : modulus]
  return Buffer.concat(parts.flatMap(part => [Buffer.from([part.length >>> 24, part.length >>> 16 & 255, part.length >>> 8 & 255, part.length & 255]), part]))
}

/** A key of a user; throws NoSuchEntity. */
export async function sshKey(iam: Iam, userName: string | undefined, id: string | undefined): Promise<SshKeyRow> {
  const user = await entity(iam, 'user', userOrCaller(iam, userName))
  const row = await iam.tables.sshKeys.get(user.name.toLowerCase(), id!)
  if (!row) throw new NoSuchEntity(`The Public Key with id ${id} cannot be found.`)
  return row
}

export const keySummary = (row: SshKeyRow) => ({ UserName: row.user, SSHPublicKeyId: row.id, Status: row.status, UploadDate: new Date(row.createdAt) })

/** A key with its text, as OpenSSH or PEM has it. */
export function keyView(row: SshKeyRow, encoding: 'SSH' | 'PEM' | undefined = 'SSH') {
  const { pem, fingerprint } = readKey(row.body)
  const ssh = row.body.startsWith('ssh-rsa') ? row.body : `ssh-rsa ${blobOf(row.body).toString('base64')}`
  return { ...keySummary(row), Fingerprint: fingerprint, SSHPublicKeyBody: encoding === 'PEM' ? pem : ssh }
}
