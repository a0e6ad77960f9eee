import { CallError, UsageError, UserError } from './client.ts'

/** What a command may touch of the process. */
export interface CommandIo {
  stdout: { write(text: string): unknown, isTTY?: boolean }
  stderr: { write(text: string): unknown, isTTY?: boolean }
  stdin?: AsyncIterable<Uint8Array | string>
  environment: Record<string, string | undefined>
  workingFolder: string
  /** Ends a command that goes on until it is stopped; Ctrl-C does where it is not given. */
  ended?: Promise<void>
}

type Run = (args: string[], io: CommandIo) => Promise<number>

/** Runs a command; what the user can mend is told on stderr without a stack trace: exit code 2 where the command line is wrong, 1 otherwise. */
export function reported(run: Run): Run {
  return async (args, io) => {
    try {
      return await run(args, io)
    } catch (error) {
      if (!(error instanceof UserError) && !(error instanceof CallError)) throw error
      io.stderr.write(`fogbank: ${error instanceof CallError ? `${error.code}: ` : ''}${error.message}\n`)
      return error instanceof UsageError ? 2 : 1
    }
  }
}
