/** A step that was given up because another one failed. */
export class Cancelled extends Error {
  constructor() { super('Resource creation cancelled') }
}

/** A failure whose message is the event's reason as it is. */
export class StepError extends Error {}

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
