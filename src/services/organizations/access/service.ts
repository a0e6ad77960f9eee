import { constraintViolation, invalidInput } from '../state.ts'
import type { OrganizationRow } from '../tables.ts'

export function checkService(name: string): void {
  if (!/^[a-z0-9.-]+\.amazonaws\.com$/.test(name)) throw invalidInput('UNRECOGNIZED_SERVICE_PRINCIPAL', 'You specified an unrecognized service principal.')
}

export function checkAllFeatures(org: OrganizationRow): void {
  if (org.features !== 'ALL') {
    throw constraintViolation('ORGANIZATION_NOT_IN_ALL_FEATURES_MODE', 'To complete this operation, you must first enable all features in the organization.')
  }
}
