/**
 * Does work of the same key one after another, in this process: for what can only be changed as a whole, by reading and writing it. A failure is that
 * of its own work alone.
 */
export function inTurn(): <Result>(key: string, work: () => Promise<Result>) => Promise<Result> {
  const last = new Map<string, Promise<unknown>>()
  return (key, work) => {
    const mine = (last.get(key) ?? Promise.resolve()).then(work, work)
    last.set(key, mine)
    const forget = () => { if (last.get(key) === mine) last.delete(key) }
    mine.then(forget, forget)
    return mine
  }
}
