/** A step that was given up because another one failed. */
export class Cancelled extends Error {
  constructor() { super('Resource creation cancelled') }
}

/** A failure whose message is the event's reason as it is. */
export class StepError extends Error {}
