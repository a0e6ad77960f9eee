import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { codePath } from '../claims.ts'

const validMs = 10 * 60_000

/** Signs and checks the addresses of functions' code: good for ten minutes, and only as long as this process runs. */
export interface CodeLocations {
  /** The address of a blob, from the endpoint on. */
  sign(blob: string, now: number): string
  /** The blob that an address names; undefined where it was not signed here or has expired. */
  open(requestPath: string, query: string, now: number): string | undefined
}

export function codeLocations(): CodeLocations {
  const key = randomBytes(32)
  const seal = (blob: string, expires: number) => createHmac('sha256', key).update(`${blob} ${expires}`).digest('hex')
  return {
    sign: (blob, now) => `${codePath}${blob}?expires=${now + validMs}&signature=${seal(blob, now + validMs)}`,
    open(requestPath, query, now) {
      const blob = requestPath.slice(codePath.length)
      const parameters = new URLSearchParams(query)
      const expires = Number(parameters.get('expires'))
      const given = Buffer.from(parameters.get('signature') ?? '')
      const wanted = Buffer.from(seal(blob, expires))
      return expires > now && given.length === wanted.length && timingSafeEqual(given, wanted) ? blob : undefined
    },
  }
}
