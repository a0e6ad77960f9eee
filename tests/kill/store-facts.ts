/** What a row of the kill test says, which writer wrote it in which run. */
export interface Facts { run: string, writer: number, at: number }

export const accounts = Array.from({ length: 20 }, (_, at) => `account/${at}`)

export function amount(value: number): Uint8Array {
  return Buffer.from(String(value))
}

/** The amount that was stored, or 0. */
export function number(value: Uint8Array | undefined): number {
  return value === undefined ? 0 : Number(Buffer.from(value).toString())
}
