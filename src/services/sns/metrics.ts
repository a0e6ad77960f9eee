import type { Sns } from './state.ts'

/** Reports a figure of a topic to CloudWatch. */
export function count(sns: Sns, TopicName: string, name: string, value = 1, unit = 'Count'): void {
  const { account, region } = sns
  sns.sinks.metric({ account, region, namespace: 'AWS/SNS', name, dimensions: { TopicName }, value, unit, at: sns.now() })
}
