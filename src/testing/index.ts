import type { Aws } from '../contracts/aws.ts'
import type { Sandboxes } from '../contracts/sandbox.ts'
import { openCloud, localAccount, type Cloud } from '../cloud.ts'
import { virtualClock, type VirtualClock } from '../platform/clock.ts'
import { createLogger, silentLogger } from '../platform/logging.ts'
import { rootOf } from '../platform/root.ts'
import type { Room } from '../platform/room.ts'
import type { ServiceDefinition } from '../platform/service.ts'
import type { TestCloud as PublicTestCloud, TestCloudOptions as PublicOptions } from './api.ts'

/** What a user's test has, and what our own look at besides. */
export interface TestCloud extends Omit<PublicTestCloud, 'aws'> {
  /** The AWS APIs, in-process, as the root of an account. */
  aws(account?: string, region?: string): Aws
  cloud: Cloud
}

export interface TestCloudOptions extends PublicOptions {
  services?: (ServiceDefinition | Room)[]
  sandboxes?: Sandboxes
}

/** Starts a cloud in this process, with a virtual clock and an ephemeral store: one for each test. */
export async function startCloud(options: TestCloudOptions = {}): Promise<TestCloud> {
  const clock: VirtualClock = virtualClock(options.startMs ?? Date.UTC(2026, 0, 1))
  const { services, sandboxes, sandboxDriver, dataFolder, region = 'us-east-1' } = options
  const cloud = await openCloud({
    host: '127.0.0.1', port: 0, clock, log: options.verbose ? createLogger(process.stderr, 'debug') : silentLogger, path: process.env.PATH ?? '',
    ...services && { services }, ...sandboxes && { sandboxes }, ...sandboxDriver && { sandboxDriver }, ...dataFolder && { dataFolder },
  })
  const settle = () => cloud.platform.settle()
  return {
    endpoint: cloud.endpoint,
    client: { endpoint: cloud.endpoint, region, credentials: { accessKeyId: 'test', secretAccessKey: 'test' }, maxAttempts: 1, forcePathStyle: true },
    clock: { now: clock.now, advance: ms => clock.advance(ms, settle) },
    settle,
    stop: () => cloud.stop(),
    aws: (account = localAccount, at = region) => cloud.platform.aws({ principal: rootOf(account), account, region: at }),
    segments: () => cloud.sinks.segments(),
    usage: () => cloud.sinks.usageTotals(),
    cloud,
  }
}
