import type { Segment, UsageRecord } from '../contracts/sinks.ts'

// What a package that installs Fogbank sees of it. scripts/build.ts makes dist/testing.d.ts of this file and of contracts/sinks.ts.

export interface TestCloud {
  /** `http://127.0.0.1:PORT` */
  endpoint: string
  /** What an AWS SDK client takes: `new SQSClient(cloud.client)`. */
  client: { endpoint: string, region: string, credentials: { accessKeyId: string, secretAccessKey: string }, maxAttempts: number, forcePathStyle: boolean }
  clock: {
    now(): number
    /** Moves the clock on by milliseconds; what falls due on the way happens, in order, and is waited for. */
    advance(ms: number): Promise<void>
  }
  /** Resolves when no delivery is outstanding. */
  settle(): Promise<void>
  stop(): Promise<void>
  /** The AWS APIs, in-process, as the root of an account: `cloud.aws().s3.CreateBucket({ Bucket: 'b' })`. */
  aws(account?: string, region?: string): Record<string, any>
  /** The trace segments of what has happened. */
  segments(): Segment[]
  /** What a bill would be made of, summed since the start. */
  usage(): UsageRecord[]
}

export interface TestCloudOptions {
  /** Where the virtual clock begins; default 2026-01-01T00:00:00Z. */
  startMs?: number
  sandboxDriver?: 'isolated' | 'process'
  region?: string
  /** Fogbank's own log, to stderr; default: silent. */
  verbose?: boolean
  /** A folder keeps the data from one cloud to the next; default: in memory. */
  dataFolder?: string
}
