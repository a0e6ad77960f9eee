/** Domain events between services, by type. Published in the transaction of the change; delivered at least once, in order per `order`. */
export interface DomainEvents {
  's3.object.created': {
    bucket: string, key: string, sizeBytes: number, etag: string, versionId?: string, sequencer: string, reason: string, requester: string,
    requestId: string, sourceIp: string,
  }
  's3.object.removed': {
    bucket: string, key: string, versionId?: string, sequencer: string, reason: string, deleteMarker: boolean, requester: string, requestId: string,
    sourceIp: string,
  }
  'logs.events.put': { group: string, stream: string, events: { id: string, timestamp: number, message: string }[] }
  'lambda.function.changed': { functionArn: string }
  'lambda.function.deleted': { functionArn: string, functionName: string }
  /** A durable execution has started or ended; times in milliseconds. */
  'lambda.execution.changed': { executionArn: string, name: string, functionArn: string, status: string, startedAt: number, endedAt?: number }
  'iam.role.changed': { roleArn: string }
  /** An account has come into an organization, has moved within it, or has left it. Where it is now is to be asked. */
  'organizations.account.moved': { organization: string, managementAccount: string, accountId: string }
}

export type EventType = keyof DomainEvents

/** An event as it is delivered. */
export type DomainEvent<T extends EventType = EventType> = {
  [K in T]: { id: string, type: K, account: string, region: string, at: number, traceId?: string, data: DomainEvents[K] }
}[T]

/**
 * Notices: that something is there to be fetched. Told in this process after the commit, at most once and never stored, so a busy queue
 * pays nothing for them; who listens also looks by itself when it starts.
 */
export interface Notices {
  'logs.events.stored': StoredLogEvents
  'lambda.execution.told': {
    executionArn: string, functionName: string, status: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'STOPPED', durationMs: number, operations: number,
    storedBytes: number,
  }
  'sqs.message.available': { queueArn: string }
  'kinesis.records.available': { streamArn: string, shardId: string }
  'dynamodb.stream.records.available': { streamArn: string, shardId: string }
}

/** Log events that were stored, and the points of metric filters that they make. */
export interface StoredLogEvents {
  group: string
  logGroupClass: string
  stream: string
  ingestionTime: number
  events: { timestamp: number, message: string }[]
  filters: {
    name: string, namespace: string, metric: string, unit: string, defaultValue?: number,
    points: { value: number, dimensions: Record<string, string>, at: number }[],
  }[]
}

export type NoticeType = keyof Notices
