import { ValidationError } from './state.ts'

/** The longest session of a role: between an hour and twelve. */
export function checkDuration(seconds: number | undefined): void {
  if (seconds === undefined || (seconds >= 3600 && seconds <= 43_200)) return
  const bound = seconds < 3600 ? 'greater than or equal to 3600' : 'less than or equal to 43200'
  throw new ValidationError(
    `1 validation error detected: Value '${seconds}' at 'maxSessionDuration' failed to satisfy constraint: Member must have value ${bound}`
  )
}
