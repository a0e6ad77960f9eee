import { parseSchedule, ScheduleError } from '../../../platform/schedule.ts'
import { dayMs, hourMs, InvalidParameterException, type Rotation, type RotationRules, type SecretRow, type SecretsManager } from '../state.ts'

// docs.aws.amazon.com/secretsmanager, "Schedule expressions": windows of days begin at midnight UTC and last the day, windows of hours begin with the
// hour and last one.

const invalid = (why: string) => new InvalidParameterException(`Invalid ScheduleExpression: ${why}`)

/** Refuses rules that AWS refuses. */
export function checkRules(rules: RotationRules): void {
  if (rules.AutomaticallyAfterDays !== undefined && rules.ScheduleExpression !== undefined) {
    throw new InvalidParameterException('You cannot specify both rotation frequency and schedule expression together.')
  }
  const hours = durationHours(rules)
  if (hours !== undefined && (hours < 1 || hours > 24)) throw new InvalidParameterException('The Duration must be between 1h and 24h.')
  if (rules.ScheduleExpression !== undefined) nextWindow(rules, 0)
}

/** When the next window after a rotation opens and closes. */
export function nextWindow(rules: RotationRules, afterMs: number): { from: number, to: number } | undefined {
  const { AutomaticallyAfterDays: days, ScheduleExpression: expression } = rules
  const [, number, unit] = /^rate\((\d+) (hours?|days?)\)$/.exec(expression ?? '') ?? []
  const everyMs = days !== undefined ? days * dayMs : number === undefined ? undefined : Number(number) * (unit!.startsWith('hour') ? hourMs : dayMs)
  const given = durationHours(rules)
  const lasts = (ms: number) => given === undefined ? ms : given * hourMs
  if (everyMs !== undefined) {
    if (everyMs < 4 * hourMs || everyMs > 1000 * dayMs) throw invalid('a secret is rotated every four hours at the most, and every 999 days at the least.')
    const grain = unit?.startsWith('hour') ? hourMs : dayMs
    const from = Math.floor((afterMs + everyMs) / grain) * grain
    return { from, to: from + lasts(grain) }
  }
  const from = cron(expression).next(afterMs)
  if (from === undefined) return undefined
  return { from, to: given === undefined ? Math.floor(from / dayMs) * dayMs + dayMs : from + given * hourMs }
}

function cron(expression: string | undefined) {
  const fields = /^cron\((.+)\)$/.exec(expression ?? '')?.[1]?.trim().split(/\s+/)
  if (!fields) throw invalid('it must be rate(...) in hours or days, or cron(...).')
  if (fields[0] !== '0') throw invalid('the minutes of a cron expression must be 0.')
  if (fields[5] !== '*') throw invalid('the year of a cron expression must be *.')
  try {
    // `/8` is every eighth here, as `*/8` is everywhere.
    return parseSchedule(`cron(${fields.map(field => field.replace(/^\//, '*/')).join(' ')})`, 0)
  } catch (error) {
    throw error instanceof ScheduleError ? invalid(error.message) : error
  }
}

const durationHours = ({ Duration: duration }: RotationRules): number | undefined => duration === undefined ? undefined : Number.parseInt(duration)

/** The row with its next rotation, which is queued in this transaction; one that is not rotated has none. */
export function scheduleNext(at: SecretsManager, row: SecretRow): SecretRow {
  at.cancel('rotateOnSchedule', row.arn)
  if (!row.rotation) return row
  const { nextMs: _, nextEndMs: __, ...rotation }: Rotation = row.rotation
  const hasRules = rotation.rules?.AutomaticallyAfterDays !== undefined || rotation.rules?.ScheduleExpression !== undefined
  const window = rotation.enabled && hasRules ? nextWindow(rotation.rules!, at.now()) : undefined
  if (!window) return { ...row, rotation }
  at.enqueue('rotateOnSchedule', { name: row.name, arn: row.arn, at: window.from }, { at: window.from, id: row.arn })
  return { ...row, rotation: { ...rotation, nextMs: window.from, nextEndMs: window.to } }
}
