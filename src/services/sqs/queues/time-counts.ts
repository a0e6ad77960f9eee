/**
 * How many of something lie in the future: messages in flight by the end of their visibility timeout, delayed ones by the end of
 * their delay. What passes falls out by itself. Times in whole milliseconds; a heap of the distinct ones.
 */
export class TimeCounts {
  readonly #counts = new Map<number, number>()
  readonly #times: number[] = []
  #sum = 0

  add(at: number, now: number): void {
    if (at <= now) return
    this.#sum++
    const count = this.#counts.get(at)
    this.#counts.set(at, (count ?? 0) + 1)
    if (count === undefined) this.#push(at)
  }

  remove(at: number, now: number): void {
    const count = this.#counts.get(at)
    if (at <= now || !count) return
    this.#sum--
    this.#counts.set(at, count - 1)
  }

  count(now: number): number {
    this.#pass(now)
    return this.#sum
  }

  /** The earliest time after now; undefined where nothing lies ahead. */
  next(now: number): number | undefined {
    this.#pass(now)
    while (this.#times.length > 0 && this.#counts.get(this.#times[0]!) === 0) this.#counts.delete(this.#pop())
    return this.#times[0]
  }

  clear(): void {
    this.#counts.clear()
    this.#times.length = 0
    this.#sum = 0
  }

  #pass(now: number): void {
    while (this.#times.length > 0 && this.#times[0]! <= now) {
      const at = this.#pop()
      this.#sum -= this.#counts.get(at)!
      this.#counts.delete(at)
    }
  }

  #push(time: number): void {
    const times = this.#times
    let at = times.push(time) - 1
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (times[parent]! <= time) break
      times[at] = times[parent]!
      at = parent
    }
    times[at] = time
  }

  #pop(): number {
    const times = this.#times
    const first = times[0]!
    const last = times.pop()!
    if (times.length === 0) return first
    let at = 0
    for (;;) {
      let child = 2 * at + 1
      if (child >= times.length) break
      if (child + 1 < times.length && times[child + 1]! < times[child]!) child++
      if (times[child]! >= last) break
      times[at] = times[child]!
      at = child
    }
    times[at] = last
    return first
  }
}
