import { InvalidArgumentException, retentionHoursMin, streamNamed, type Input, type Kinesis } from '../state.ts'

/** Sets how long records are kept, in hours; one that is longer than now is refused. */
export async function DecreaseStreamRetentionPeriod(kinesis: Kinesis, input: Input<'DecreaseStreamRetentionPeriod'>): Promise<object> {
  const stream = await streamNamed(kinesis, input)
  const hours = input.RetentionPeriodHours!
  if (hours < retentionHoursMin) {
    throw new InvalidArgumentException(
      `Minimum allowed retention period is ${retentionHoursMin} hours. Requested retention period (${hours} hours) is too short.`,
    )
  }
  if (hours > stream.retentionHours) {
    throw new InvalidArgumentException(
      `Requested retention period (${hours} hours) for stream ${stream.name} can not be longer than existing retention period `
      + `(${stream.retentionHours} hours).`,
    )
  }
  await kinesis.tables.streams.put({ ...stream, retentionHours: hours })
  return {}
}
