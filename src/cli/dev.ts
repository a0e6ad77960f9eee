import { keyValues, parseArguments } from './args.ts'
import { UsageError } from './client.ts'
import { targetOf } from './deploy.ts'
import { streamLogs } from './dev/logs.ts'
import { startSession } from './dev/session.ts'
import { reported, type CommandIo } from './io.ts'
import { painter, plain } from './text.ts'

const inspectPortDefault = 9229

export const command = {
  name: 'dev',
  summary: 'Deploy a template, then deploy what changes and print the logs',
  usage: `dev [TEMPLATE] [--stack-name S] [--parameter-overrides K=V ...] [--tags K=V ...] [--inspect[=PORT]] [--region R] [--endpoint URL]

  TEMPLATE                a SAM or CloudFormation template; default template.yaml
  --stack-name S          default: the name of the template's folder
  --parameter-overrides   values of the template's parameters; those not named keep their last value
  --tags                  tags of the stack, which its resources get
  --inspect[=PORT]        functions in Node can be debugged: the first at 127.0.0.1:PORT (9229), the next one port higher; time-outs are 15 minutes

Saved code is built, for its function alone, and given to it directly; everything else that is saved (the template, layers, definitions, nested
applications, functions with AutoPublishAlias) updates the stack. The logs of all functions are printed, each in its colour. Ctrl-C ends it, and
brings the stack up to date with the code that went past it.

--inspect works where the cloud runs functions by the process driver (\`fogbank start --sandbox process\`); in an isolated sandbox the inspector cannot be
reached. A function in Python is debugged there by its own code: debugpy in requirements.txt, and \`debugpy.listen(PORT)\`.`,
  run: reported(async (args: string[], io: CommandIo): Promise<number> => {
    const { positional, values, lists } = parseArguments(args, {
      'stack-name': { kind: 'value' }, 'parameter-overrides': { kind: 'list' }, tags: { kind: 'list' }, inspect: { kind: 'optional' },
      region: { kind: 'value' }, endpoint: { kind: 'value' },
    }, 1)
    const inspectFrom = values.inspect === undefined ? undefined : Number(values.inspect || inspectPortDefault)
    if (inspectFrom !== undefined && !(Number.isInteger(inspectFrom) && inspectFrom > 0 && inspectFrom < 65_536)) {
      throw new UsageError(`--inspect takes a port from 1 to 65535, not ${values.inspect}.`)
    }
    const target = await targetOf(io, positional[0], values)
    const say = (text: string) => void io.stdout.write(text)
    const paint = painter(io.stdout, io.environment)
    const logs = streamLogs(target.client, say, paint, paint !== plain)
    const ended = io.ended ?? interrupted()
    try {
      const session = await startSession(target, {
        environment: io.environment, say, paint, logs, inspectFrom, overrides: keyValues(lists['parameter-overrides'] ?? []),
        tags: lists.tags && keyValues(lists.tags),
      })
      await ended
      await session.stop()
    } finally {
      await logs.stop()
    }
    return 0
  }),
}

/** Resolves at the first Ctrl-C or SIGTERM; a second one ends the process at once. */
const interrupted = () => new Promise<void>(resolve => {
  let asked = false
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => asked ? process.exit(130) : (asked = true, resolve()))
})
