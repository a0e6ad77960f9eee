/** Fogbank's own log: readable lines on a terminal, JSON otherwise. */
export interface Logger {
  debug(message: string, fields?: object): void
  info(message: string, fields?: object): void
  warn(message: string, fields?: object): void
  error(message: string, fields?: object): void
}

const levels = ['debug', 'info', 'warn', 'error'] as const
export type LogLevel = typeof levels[number]

/** Writes lines for people where the stream is a terminal, JSON otherwise. */
export function createLogger(stream: { write(text: string): unknown, isTTY?: boolean }, least: LogLevel, now: () => number = Date.now): Logger {
  const write = (level: LogLevel) => levels.indexOf(level) < levels.indexOf(least)
    ? () => {}
    : (message: string, fields: object = {}) => {
        const time = new Date(now()).toISOString()
        if (!stream.isTTY) return void stream.write(JSON.stringify({ time, level, message, ...fields }, replacer) + '\n')
        const details =
          Object.entries(fields).map(([name, value]) => ` ${name}=${typeof value === 'string' ? value : JSON.stringify(value, replacer)}`).join('')
        stream.write(`${time.slice(11, 23)} ${level.padEnd(5)} ${message}${details}\n`)
      }
  return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') }
}

/** A logger that says nothing: for tests. */
export const silentLogger: Logger = { debug() {}, info() {}, warn() {}, error() {} }

function replacer(_key: string, value: unknown): unknown {
  if (value instanceof Error) return value.stack ?? value.message
  return typeof value === 'bigint' ? value.toString() : value
}
