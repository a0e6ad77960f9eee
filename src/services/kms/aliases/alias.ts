import { aliasArn, NotAuthorizedException, ValidationException, type AliasRow, type Kms } from '../state.ts'
import { keyRequest } from '../authorization.ts'
import type { FoundKey } from '../keys/key.ts'

/** Refuses names that cannot be an alias's, and those that AWS keeps for its own keys. */
export function checkAliasName(name: string): void {
  if (!name.startsWith('alias/') || name === 'alias/' || name.slice('alias/'.length).includes(':')) throw new ValidationException('Invalid identifier')
  if (name.startsWith('alias/aws/')) throw new NotAuthorizedException('')
}

/** An alias needs the permission of its key as well. */
export const mayPoint = async (kms: Kms, key: FoundKey): Promise<void> => kms.authorize(await keyRequest(kms, key, `kms:${kms.operation}`))

export const aliasView = (kms: Kms, { name, keyId, createdMs, updatedMs }: AliasRow) => ({
  AliasName: name, AliasArn: aliasArn(kms, name), TargetKeyId: keyId, CreationDate: new Date(createdMs), LastUpdatedDate: new Date(updatedMs),
})
