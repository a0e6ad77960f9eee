import { call } from './aws.mjs'

/** Writes the time of the schedule's event into the parameter. */
export async function handler({ time }) {
  await call('ssm', 'AmazonSSM.PutParameter', { Name: process.env.PARAMETER, Value: time, Overwrite: true })
  console.info('beat', time)
}
