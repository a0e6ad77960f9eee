/** A step that was given up because another one failed; `id`: what it may have made already. */
export class Cancelled extends Error {
  readonly id: string | undefined
  constructor(id?: string) {
    super('Resource creation cancelled')
    this.id = id
  }
}

/** A failure whose message is the event's reason as it is. */
export class StepError extends Error {}

/** A creation that failed when the thing had a name already: it may be there, and is asked to go. */
export class HalfMade extends StepError {
  readonly id: string
  constructor(message: string, id: string) {
    super(message)
    this.id = id
  }
}

/** An update that was refused before it touched anything: nothing has to be taken back. */
export class Untouched extends StepError {}

/** A step that waits for something outside: it is taken up again when that happens, or at this time (milliseconds since 1970). */
export class Waiting extends Error {
  readonly until: number
  constructor(until: number) {
    super('Waiting')
    this.until = until
  }
}
