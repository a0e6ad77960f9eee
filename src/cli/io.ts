import { CallError, UserError } from './client.ts'

/** What a command may touch of the process. */
export interface CommandIo {
  stdout: { write(text: string): unknown, isTTY?: boolean }
  stderr: { write(text: string): unknown, isTTY?: boolean }
  environment: Record<string, string | undefined>
  workingFolder: string
}

type Run = (args: string[], io: CommandIo) => Promise<number>

/** Runs a command; what the user can mend is one line on stderr and exit code 1. */
export function reported(run: Run): Run {
  return async (args, io) => {
    try {
      return await run(args, io)
    } catch (error) {
      if (!(error instanceof UserError) && !(error instanceof CallError)) throw error
      io.stderr.write(`fogbank: ${error instanceof CallError ? `${error.code}: ` : ''}${error.message}\n`)
      return 1
    }
  }
}
