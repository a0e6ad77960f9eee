/** Where services put what they observe. Each sink has one owner (a service); until that stands, records are counted and dropped. */

/** A finished trace segment; times in milliseconds since 1970. Becomes an X-Ray segment document. */
export interface Segment {
  traceId: string
  id: string
  parentId?: string
  name: string
  account: string
  region: string
  start: number
  end: number
  /** `AWS::Lambda::Function` and the like, where the segment stands for a resource. */
  origin?: string
  service?: string
  operation?: string
  resource?: string
  requestId?: string
  error?: { code: string, message: string, status: number }
  annotations?: Record<string, string | number | boolean>
}

/** What a bill is made of. `unit`: Requests, GB-Seconds, Bytes, GB-Month, ... */
export interface UsageRecord {
  account: string
  region: string
  /** As AWS bills it: `AWSLambda`, `AmazonS3`, ... */
  service: string
  /** `Request`, `Lambda-GB-Second`, `Requests-Tier1`, ... */
  usageType: string
  operation: string
  resource?: string
  quantity: number
  unit: string
  at: number
}

/** Usage summed over a month, of one account. */
export type UsageSum = Omit<UsageRecord, 'account' | 'at'>

export interface MetricDatum {
  account: string
  region: string
  namespace: string
  name: string
  dimensions: Record<string, string>
  value: number
  unit: string
  at: number
}

/** Log lines of a function, a stage, a container, for a group and a stream. */
export interface LogLines {
  account: string
  region: string
  group: string
  stream: string
  events: { timestamp: number, message: string }[]
}

export interface Sinks {
  trace(segment: Segment): void
  usage(record: UsageRecord): void
  metric(datum: MetricDatum): void
  /** Resolves when the lines are stored; the log group is created where it is missing, if `createGroup`. */
  log(lines: LogLines): Promise<void>
}
