import { randomBytes } from 'node:crypto'
import { globalArn } from '../../../platform/arns.ts'
import { tagsToList } from '../../../platform/tags.ts'
import { checkedTags, checkName } from '../entities.ts'
import { EntityAlreadyExists, ValidationError, type Iam, type Input, type Output } from '../state.ts'
import { toBase32 } from './totp.ts'

/** Makes a virtual device: a seed, for an application that makes codes of it. It is answered this once. Errors: EntityAlreadyExists. */
export async function CreateVirtualMFADevice(iam: Iam, input: Input<'CreateVirtualMFADevice'>): Output<'CreateVirtualMFADevice'> {
  const name = input.VirtualMFADeviceName
  checkName('virtualMFADeviceName', name, 226)
  const path = input.Path ?? '/'
  if (!/^(\/|\/[!-~]+\/)$/.test(path) || path.length > 512) {
    throw new ValidationError(
      'The specified value for path is invalid. It must begin and end with / and contain only alphanumeric characters and/or / characters.'
    )
  }
  if (await iam.tables.mfaDevices.get(name.toLowerCase())) throw new EntityAlreadyExists('MFADevice entity at the same path and name already exists.')
  const seed = new Uint8Array(randomBytes(40))
  const row = { name, serial: globalArn(iam, 'iam', `mfa${path}${name}`), seed, createdAt: iam.now(), lastStep: 0, tags: checkedTags(input.Tags) }
  await iam.tables.mfaDevices.put(row)
  return {
    VirtualMFADevice: {
      SerialNumber: row.serial, Base32StringSeed: Buffer.from(toBase32(seed)), ...Object.keys(row.tags).length > 0 && { Tags: tagsToList(row.tags) }
    }
  }
}
