/** A delivery that failed. `permanent`: another attempt would fail as well. */
export class DeliveryFailure extends Error {
  readonly permanent: boolean
  constructor(message: string, permanent: boolean) {
    super(message)
    this.permanent = permanent
  }
}
