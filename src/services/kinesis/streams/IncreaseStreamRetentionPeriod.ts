import { InvalidArgumentException, retentionHoursMax, streamNamed, type Input, type Kinesis } from '../state.ts'

/** Sets how long records are kept, in hours; one that is shorter than now is refused. */
export async function IncreaseStreamRetentionPeriod(kinesis: Kinesis, input: Input<'IncreaseStreamRetentionPeriod'>): Promise<object> {
  const stream = await streamNamed(kinesis, input)
  const hours = input.RetentionPeriodHours!
  if (hours > retentionHoursMax) {
    throw new InvalidArgumentException(
      `Maximum allowed retention period is ${retentionHoursMax} hours. Requested retention period (${hours} hours) is too long.`,
    )
  }
  if (hours < stream.retentionHours) {
    throw new InvalidArgumentException(
      `Requested retention period (${hours} hours) for stream ${stream.name} can not be shorter than existing retention period `
      + `(${stream.retentionHours} hours).`,
    )
  }
  await kinesis.tables.streams.put({ ...stream, retentionHours: hours })
  return {}
}
