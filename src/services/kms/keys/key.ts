import { parseArn } from '../../../platform/arns.ts'
import {
  aliasArn, DisabledException, InvalidArnException, InvalidMarkerException, keyArn, KMSInvalidStateException, NotFoundException, type KeyRow, type Kms,
} from '../state.ts'
import { decodeToken, encodeToken } from '../../../platform/pagination.ts'
import { managedKey } from './managed.ts'

/** A key and the scope of the account that owns it; `alias`: the name by which it was asked for. */
export interface FoundKey { at: Kms, row: KeyRow, alias?: string }

const keyIdPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$|^mrk-[0-9a-f]{32}$/

/** A key by id, ARN, alias or alias ARN. Throws NotFoundException, InvalidArnException. */
export async function keyAt(kms: Kms, id: string): Promise<FoundKey> {
  const parsed = id.startsWith('arn:') ? parseArn(id) : undefined
  if (id.startsWith('arn:') && (parsed?.service !== 'kms' || !/^\d{12}$/.test(parsed.account))) throw new InvalidArnException(`${id} is not a valid ARN`)
  if (parsed && parsed.region !== kms.region) throw new NotFoundException(`Invalid arn ${parsed.region}`)
  const at = !parsed || parsed.account === kms.account ? kms : kms.in({ account: parsed.account }) as Kms
  const name = parsed ? parsed.resource : id
  if (name.startsWith('alias/')) return keyOfAlias(at, name)
  const keyId = parsed ? name.replace(/^key\//, '') : name
  if (!keyIdPattern.test(keyId)) throw new NotFoundException(`Invalid keyId '${keyId}'`)
  const row = await at.tables.keys.get(keyId)
  if (!row) throw new NotFoundException(`Key '${keyArn(at, keyId)}' does not exist`)
  return { at, row }
}

async function keyOfAlias(at: Kms, name: string): Promise<FoundKey> {
  const alias = await at.tables.aliases.get(name)
  const row = alias ? await at.tables.keys.get(alias.keyId) : await managedKey(at, name)
  if (!row) throw new NotFoundException(`Alias ${aliasArn(at, name)} is not found.`)
  return { at, row, alias: name }
}

/** The same, for operations that do not take aliases. */
export async function keyById(kms: Kms, id: string): Promise<FoundKey> {
  if (id.startsWith('alias/') || parseArn(id)?.resource.startsWith('alias/')) throw new NotFoundException(`Invalid keyId '${id}'`)
  return keyAt(kms, id)
}

/** Throws where a key may not be used for cryptography now. */
export function checkUsable(row: KeyRow): void {
  if (row.state === 'Disabled') throw new DisabledException(`${row.arn} is disabled.`)
  checkLiving(row)
  if (row.state === 'PendingImport') throw new KMSInvalidStateException(`${row.arn} is pending import.`)
}

/** Throws where a key is pending deletion. */
export function checkLiving(row: KeyRow): void {
  if (row.state === 'PendingDeletion') throw new KMSInvalidStateException(`${row.arn} is pending deletion.`)
}

/** A page of what was listed, in KMS's way: Marker, NextMarker, Truncated. */
export function pageAfter<T>(
  kind: string, all: readonly T[], keyOf: (one: T) => string, { Marker, Limit }: { Marker?: string | undefined, Limit?: number | undefined }, limit: number,
): { page: T[], more: { Truncated: boolean, NextMarker?: string } } {
  const position = Marker === undefined ? undefined : decodeToken(kind, Marker)
  if (Marker !== undefined && !position) throw new InvalidMarkerException('Could not deserialize marker')
  const rest = position ? all.filter(one => keyOf(one) > String(position[0])) : all
  const page = rest.slice(0, Limit ?? limit)
  const truncated = rest.length > page.length
  return { page, more: { Truncated: truncated, ...truncated && { NextMarker: encodeToken(kind, [keyOf(page.at(-1)!)]) } } }
}
