import { parseArn } from '../../../platform/arns.ts'
import { contextValue, type Answered } from './context.ts'
import type { Exchange } from './exchange.ts'

const variable = /\$context\.(authorizer\.claims\.[\w:-]+|[A-Za-z]\w*(?:\.\w+)*)/g
const lineBytesMax = 1_048_576

/** Writes a line of the stage's format to its log group, where it has one. What has no value is `-`. The answer does not wait for it. */
export function writeAccessLog(exchange: Exchange, answered: Answered): void {
  const { gateway, stage, receivedAt } = exchange
  const destination = stage.accessLog && parseArn(stage.accessLog.destinationArn)
  if (!destination) return
  const line = stage.accessLog!.format.trimEnd().replace(variable, (_, name: string) => textOf(name, contextValue(exchange, name, answered)))
  const writing = gateway.sinks.log({
    account: destination.account, region: destination.region, group: destination.resource.slice('log-group:'.length),
    stream: `${stage.name}/${new Date(receivedAt).toISOString().slice(0, 10)}`,
    events: [{ timestamp: gateway.now(), message: line.slice(0, lineBytesMax) }],
  }).catch((error: unknown) => gateway.log.warn('an access log was not written', { api: exchange.api.id, stage: stage.name, error: String(error) }))
    .finally(() => gateway.state.writing.delete(writing))
  gateway.state.writing.add(writing)
}

/** Values stand inside the quotes of JSON formats, so what would end them is escaped; messageString brings its own. */
const textOf = (name: string, value: string | undefined): string =>
  value === undefined ? '-' : name === 'error.messageString' ? value : JSON.stringify(value).slice(1, -1)
