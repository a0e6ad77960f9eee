import type { StartLiveTailCommandInput, StartLiveTailResponseStream } from '@aws-sdk/client-cloudwatch-logs'
import { awsError } from '../../../platform/errors.ts'
import { longRunning } from '../../../platform/service.ts'
import { compileFilterPattern } from '../filters/pattern.ts'
import {
  groupArn, groupNamed, groupNameOf, InvalidParameterException, LimitExceededException, requireStandard, ResourceNotFoundException, type Logs, type Tail
} from '../state.ts'
import { takeUpdate } from './tails.ts'

const SessionTimeoutException = awsError('SessionTimeoutException')
const updateMs = 1000
const sessionMs = 3 * 3_600_000
const sessionsMax = 15

/** Streams the events of up to 10 groups as they come in: an update each second, for three hours at most. */
export const StartLiveTail =
  longRunning(async (logs: Logs, input: StartLiveTailCommandInput): Promise<{ responseStream: AsyncIterable<StartLiveTailResponseStream> }> => {
  const { account, region } = logs
  const open = [...logs.state.tails].filter(tail => tail.account === account && tail.region === region)
  if (open.length >= sessionsMax) throw new LimitExceededException(`You have reached the limit of ${sessionsMax} concurrent Live Tail sessions.`)
  const over = Promise.withResolvers<void>()
  const end = () => {
    logs.state.tails.delete(tail)
    over.resolve()
  }
  const tail: Tail = { account, region, groups: await groupsOf(logs, input), matches: matcherOf(input), pending: [], sampled: false, end }
  logs.state.tails.add(tail)
  logs.signal.addEventListener('abort', end, { once: true })
  return { responseStream: updates(logs, input, tail, over.promise) }
})

async function groupsOf(
  logs: Logs, { logGroupIdentifiers = [], logStreamNames, logStreamNamePrefixes }: StartLiveTailCommandInput
): Promise<Map<string, string>> {
  if (logStreamNames && logStreamNamePrefixes) throw new InvalidParameterException('logStreamNames and logStreamNamePrefixes cannot be provided together.')
  if ((logStreamNames || logStreamNamePrefixes) && logGroupIdentifiers.length > 1) {
    throw new InvalidParameterException('Log streams can only be specified for a single log group.')
  }
  const groups = new Map<string, string>()
  for (const identifier of logGroupIdentifiers) {
    if (!identifier.startsWith('arn:')) throw new InvalidParameterException(`The log group identifier ${identifier} is not a valid ARN.`)
    if (identifier.endsWith('*')) throw new InvalidParameterException(`The log group identifier ${identifier} must not end with an asterisk.`)
    const group = await groupNamed(logs, groupNameOf(identifier))
    // The ARN of another region or account names a group that is not here.
    if (groupArn(logs, group.name) !== identifier) throw new ResourceNotFoundException('The specified log group does not exist.')
    requireStandard(group)
    groups.set(group.name, identifier)
  }
  return groups
}

function matcherOf({ logStreamNames, logStreamNamePrefixes, logEventFilterPattern = '' }: StartLiveTailCommandInput): Tail['matches'] {
  const pattern = compileFilterPattern(logEventFilterPattern)
  return (stream, message) => (!logStreamNames || logStreamNames.includes(stream))
    && (!logStreamNamePrefixes || logStreamNamePrefixes.some(prefix => stream.startsWith(prefix))) && pattern(message)
}

async function* updates(logs: Logs, input: StartLiveTailCommandInput, tail: Tail, over: Promise<void>): AsyncGenerator<StartLiveTailResponseStream> {
  let ended = false
  void over.then(() => { ended = true })
  try {
    const { logGroupIdentifiers, logStreamNames, logStreamNamePrefixes, logEventFilterPattern = '' } = input
    yield { sessionStart: {
      requestId: logs.requestId, sessionId: logs.newId(), logGroupIdentifiers, logEventFilterPattern, logStreamNames: logStreamNames ?? [],
      logStreamNamePrefixes: logStreamNamePrefixes ?? [],
    } }
    const until = logs.now() + sessionMs
    while (!ended) {
      await tick(logs, over)
      if (ended) return
      if (logs.now() >= until) throw new SessionTimeoutException('The Live Tail session has timed out.')
      yield { sessionUpdate: takeUpdate(tail) }
    }
  } finally {
    logs.state.tails.delete(tail)
  }
}

/** Waits for the next update by the cloud's clock, or for the end. */
async function tick(logs: Logs, over: Promise<void>): Promise<void> {
  const due = Promise.withResolvers<void>()
  const cancel = logs.clock.at(logs.now() + updateMs, due.resolve)
  await Promise.race([due.promise, over])
  cancel()
}
