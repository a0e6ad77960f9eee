/** Time, handed in: real, or virtual and advanced by a test or a user. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number
  /** Calls back once at or after the time; returns a function that cancels. A virtual clock waits for what the callback returns. */
  at(timeMs: number, callback: () => void | Promise<void>): () => void
}
