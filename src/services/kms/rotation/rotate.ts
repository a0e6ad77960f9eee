import { dayMs, type KeyRow, type Kms, type Material } from '../state.ts'
import { newMaterial } from '../keys/material.ts'

/** Queues the next rotation of a key that rotates. */
export function queueRotation(at: Kms, { id, rotation }: KeyRow): void {
  if (rotation) at.enqueue('rotate', { id, at: rotation.nextMs }, { at: Math.max(at.now(), rotation.nextMs), id })
}

/** A key with new material in front: what was encrypted before still opens. */
export async function rotated(at: Kms, row: KeyRow, how: NonNullable<Material['rotation']>): Promise<KeyRow> {
  const { material } = await newMaterial(at, row)
  return { ...row, materials: [...row.materials, { ...material, rotation: how }] }
}

/** The task of a rotation that is due. A key that is not enabled is rotated when it is. */
export async function rotate(kms: Kms, due: { id: string, at: number }): Promise<void> {
  await kms.transact(async inside => {
    const at = inside as Kms
    const row = await at.tables.keys.get(due.id)
    if (row?.state !== 'Enabled' || row.rotation?.nextMs !== due.at) return
    const next: KeyRow = { ...await rotated(at, row, 'AUTOMATIC'), rotation: { ...row.rotation, nextMs: at.now() + row.rotation.periodDays * dayMs } }
    await at.tables.keys.put(next)
    queueRotation(at, next)
  })
}
