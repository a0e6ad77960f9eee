/** A schedule expression, read: the next firing after a time, both in milliseconds since 1970; undefined where there is none any more. */
export interface Schedule { next(afterMs: number): number | undefined }

/** Why a text is no schedule expression. */
export class ScheduleError extends Error {}

const minuteMs = 60_000
const unitsMs: Record<string, number> = {
  minute: minuteMs, minutes: minuteMs, hour: 60 * minuteMs, hours: 60 * minuteMs, day: 1440 * minuteMs, days: 1440 * minuteMs,
}

/**
 * Reads `rate(5 minutes)` and `cron(0 12 * * ? *)` as EventBridge's pages describe them: six fields in UTC, with `, - * ? / L W #`.
 * A rate counts from `startMs`. Throws ScheduleError.
 */
export function parseSchedule(text: string, startMs: number): Schedule {
  const rate = /^rate\((\d+) (\w+)\)$/.exec(text)
  if (rate) {
    const [, number, unit = ''] = rate
    const value = Number(number)
    // One of something is said in the singular, more in the plural.
    if (value < 1 || !unitsMs[unit] || (value === 1) === unit.endsWith('s')) throw new ScheduleError(`${text} is not a rate.`)
    const everyMs = value * unitsMs[unit]
    return { next: afterMs => startMs + (Math.floor(Math.max(0, afterMs - startMs) / everyMs) + 1) * everyMs }
  }
  const cron = /^cron\((.+)\)$/.exec(text)
  if (!cron) throw new ScheduleError(`${text} is neither rate(...) nor cron(...).`)
  return parseCron(cron[1]!.trim().split(/\s+/))
}

const months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC']
const weekdays = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT']
const yearMax = 2199

type DayTest = (year: number, month: number, day: number) => boolean

function parseCron(fields: string[]): Schedule {
  if (fields.length !== 6) throw new ScheduleError('A cron expression has six fields: minutes, hours, day of the month, month, day of the week, year.')
  const [minute, hour, dayOfMonth, month, dayOfWeek, year] = fields as [string, string, string, string, string, string]
  if ((dayOfMonth === '?') === (dayOfWeek === '?')) throw new ScheduleError('Exactly one of day of the month and day of the week must be a question mark.')
  const minutes = values(minute, 0, 59)
  const hours = values(hour, 0, 23)
  const monthSet = new Set(values(month, 1, 12, months))
  const years = new Set(values(year, 1970, yearMax))
  const isDay = dayOfWeek === '?' ? monthDay(dayOfMonth) : weekDay(dayOfWeek)
  return {
    next: afterMs => nextOf(afterMs, { minutes, hours, isDay: (y, m, d) => years.has(y) && monthSet.has(m) && isDay(y, m, d), lastYear: Math.max(...years) }),
  }
}

function nextOf(
  afterMs: number, { minutes, hours, isDay, lastYear }: { minutes: number[], hours: number[], isDay: DayTest, lastYear: number }
): number | undefined {
  const first = Math.floor(afterMs / minuteMs) * minuteMs + minuteMs
  const day = new Date(first)
  day.setUTCHours(0, 0, 0, 0)
  for (; day.getUTCFullYear() <= lastYear; day.setUTCDate(day.getUTCDate() + 1)) {
    if (!isDay(day.getUTCFullYear(), day.getUTCMonth() + 1, day.getUTCDate())) continue
    for (const hour of hours) {
      for (const minute of minutes) {
        const at = day.getTime() + (hour * 60 + minute) * minuteMs
        if (at >= first) return at
      }
    }
  }
  return undefined
}

/** The values of a field, rising: lists, ranges, steps, names. */
function values(field: string, min: number, max: number, names: readonly string[] = []): number[] {
  const number = (text: string): number => {
    const named = names.indexOf(text.toUpperCase())
    const value = named >= 0 ? named + min : /^\d+$/.test(text) ? Number(text) : NaN
    if (!(value >= min && value <= max)) throw new ScheduleError(`${text} is not between ${min} and ${max}.`)
    return value
  }
  const found = new Set<number>()
  for (const part of field.split(',')) {
    const [range = '', step] = part.split('/')
    const [from = '', to] = range.split('-')
    const first = range === '*' ? min : number(from)
    const last = range === '*' || (step !== undefined && to === undefined) ? max : to === undefined ? first : number(to)
    const by = step === undefined ? 1 : Number(step)
    if (!Number.isInteger(by) || by < 1) throw new ScheduleError(`${part} has no valid step.`)
    // A range of names may go over the end of the week or the year.
    for (let value = first; value <= (last < first ? last + max - min + 1 : last); value += by) found.add(value > max ? value - (max - min + 1) : value)
  }
  return [...found].sort((a, b) => a - b)
}

const lastDay = (year: number, month: number): number => new Date(Date.UTC(year, month, 0)).getUTCDate()
/** 1 is Sunday, 7 is Saturday. */
const weekdayOf = (year: number, month: number, day: number): number => new Date(Date.UTC(year, month - 1, day)).getUTCDay() + 1

function monthDay(field: string): DayTest {
  if (field === 'L') return (year, month, day) => day === lastDay(year, month)
  const near = /^(\d+)W$/.exec(field)
  if (near) {
    const [wanted] = values(near[1]!, 1, 31)
    return (year, month, day) => day === nearestWorkday(year, month, Math.min(wanted!, lastDay(year, month)))
  }
  if (field === 'LW') return (year, month, day) => day === nearestWorkday(year, month, lastDay(year, month))
  const days = new Set(values(field, 1, 31))
  return (_, __, day) => days.has(day)
}

function nearestWorkday(year: number, month: number, day: number): number {
  const weekday = weekdayOf(year, month, day)
  if (weekday === 7) return day > 1 ? day - 1 : day + 2
  if (weekday === 1) return day < lastDay(year, month) ? day + 1 : day - 2
  return day
}

function weekDay(field: string): DayTest {
  if (field === 'L') return (year, month, day) => weekdayOf(year, month, day) === 7
  const last = /^(\w+)L$/.exec(field)
  if (last) {
    const [wanted] = values(last[1]!, 1, 7, weekdays)
    return (year, month, day) => weekdayOf(year, month, day) === wanted && day > lastDay(year, month) - 7
  }
  const nth = /^(\w+)#([1-5])$/.exec(field)
  if (nth) {
    const [wanted] = values(nth[1]!, 1, 7, weekdays)
    return (year, month, day) => weekdayOf(year, month, day) === wanted && Math.ceil(day / 7) === Number(nth[2])
  }
  const days = new Set(values(field, 1, 7, weekdays))
  return (year, month, day) => days.has(weekdayOf(year, month, day))
}
