import { StoreUnavailableError } from '../platform/store-errors.ts'
import type { Driver } from './driver.ts'

export async function embeddedDriver(folder: string): Promise<Driver> {
  throw new StoreUnavailableError(`A store on disk (${folder}) is not built in yet.`)
}
