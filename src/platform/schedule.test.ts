import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseSchedule, ScheduleError } from './schedule.ts'

const at = (text: string) => Date.parse(`${text}Z`)
const firings = (expression: string, after: string, count: number) => {
  const schedule = parseSchedule(expression, at(after))
  const found: string[] = []
  for (let time = schedule.next(at(after)); time !== undefined && found.length < count; time = schedule.next(time)) {
    found.push(new Date(time).toISOString().slice(0, 16))
  }
  return found
}

const cases: [expression: string, after: string, firings: string[]][] = [
  ['rate(5 minutes)', '2026-01-01T00:01:30', ['2026-01-01T00:06', '2026-01-01T00:11']],
  ['rate(1 day)', '2026-01-01T10:00', ['2026-01-02T10:00']],
  ['cron(0 12 * * ? *)', '2026-01-01T12:00', ['2026-01-02T12:00', '2026-01-03T12:00']],
  ['cron(0/15 8-9 ? * MON-FRI *)', '2026-01-02T09:40', ['2026-01-02T09:45', '2026-01-05T08:00', '2026-01-05T08:15']],
  ['cron(0 8 1 * ? *)', '2026-01-15T00:00', ['2026-02-01T08:00', '2026-03-01T08:00']],
  ['cron(0 0 L * ? *)', '2026-02-01T00:00', ['2026-02-28T00:00', '2026-03-31T00:00']],
  ['cron(0 0 ? * 6L *)', '2026-01-01T00:00', ['2026-01-30T00:00', '2026-02-27T00:00']],
  ['cron(0 0 ? * 2#1 *)', '2026-01-01T00:00', ['2026-01-05T00:00', '2026-02-02T00:00']],
  ['cron(0 0 3W * ? *)', '2026-01-01T00:00', ['2026-01-02T00:00', '2026-02-03T00:00']],
  ['cron(0 0 29 FEB ? *)', '2026-01-01T00:00', ['2028-02-29T00:00']],
  ['cron(0 0 1 JAN ? 2025)', '2026-01-01T00:00', []],
  ['cron(0,30 6,18 ? * SUN *)', '2026-01-01T00:00', ['2026-01-04T06:00', '2026-01-04T06:30', '2026-01-04T18:00']],
]
for (const [expression, after, expected] of cases) {
  test(`${expression}: the firings after ${after}`, () => assert.deepEqual(firings(expression, after, Math.max(1, expected.length)), expected))
}

test('what is no schedule is refused', () => {
  for (const text of [
    '', 'rate(0 minutes)', 'rate(1 minutes)', 'rate(2 minute)', 'rate(5 weeks)', 'cron(* * * * *)', 'cron(0 12 * * * *)', 'cron(60 0 * * ? *)',
    'cron(0 0 ? * ? *)', 'cron(a 0 * * ? *)', 'at(2026-01-01T00:00:00)',
  ]) {
    assert.throws(() => parseSchedule(text, 0), ScheduleError, text)
  }
})
