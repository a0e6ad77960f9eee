import { readFile } from 'node:fs/promises'
import { sep } from 'node:path'
import { CallError, UserError } from '../client.ts'
import { deploy, templateOf, type DeployOptions, type Target } from '../deploy.ts'
import { packageTemplate, type LocalPart } from '../package.ts'
import type { Painter } from '../text.ts'
import { updateCode, type LiveFunction } from './code.ts'
import { addInspectors, type Inspectors } from './inspect.ts'
import type { LogStream } from './logs.ts'
import { watchPaths } from './watch.ts'

export interface SessionOptions extends Pick<DeployOptions, 'overrides' | 'tags'> {
  environment: Record<string, string | undefined>
  say: (text: string) => void
  paint: Painter
  logs: LogStream
  inspectFrom: number | undefined
}

export interface Session {
  /** Ends it when what is under way is done; brings the stack up to date with the code that went past it. */
  stop(): Promise<void>
}

/** Deploys, and then goes on deploying what changes: a function's code directly, everything else as an update of the stack. */
export async function startSession(target: Target, options: SessionOptions): Promise<Session> {
  const { say, paint } = options
  let parts: LocalPart[] = []
  let live = new Map<string, LiveFunction>()
  const last = new Map<string, string>()
  let pastStack = false
  let inspectors: Inspectors = new Map()
  let watcher: { close(): void } | undefined
  const pending = new Set<string>()
  let working: Promise<void> | undefined
  let stopped = false

  async function deployAll(): Promise<void> {
    const before = performance.now()
    const given = await templateOf(target.file)
    inspectors = options.inspectFrom === undefined ? new Map() : addInspectors(given, options.inspectFrom)
    const packaged = await packageTemplate(given, { ...target, environment: options.environment, say })
    parts = packaged.parts
    const code = await deploy(target.client, target.stackName, packaged.template, { ...options, bucket: target.bucket })
    if (code !== 0) return
    last.clear()
    pastStack = false
    const { StackResources } = await target.client.call('cloudformation', 'DescribeStackResources', { StackName: target.stackName })
    const physical = new Map<string, string>(StackResources.filter((one: any) => one.ResourceType === 'AWS::Lambda::Function')
      .map((one: any) => [one.LogicalResourceId, one.PhysicalResourceId]))
    live = new Map(parts.flatMap(part => {
      const name = physical.get(part.id)
      // A version that an alias points to is the stack's to publish.
      const published = given.Resources[part.id]?.Properties?.AutoPublishAlias ?? given.Globals?.Function?.AutoPublishAlias
      return part.source && name !== undefined && !published ? [[part.id, { part, source: part.source, name }]] : []
    }))
    const groups = new Map<string, string>()
    for (const [id, name] of physical) {
      const { LoggingConfig } = await target.client.call('lambda', 'GetFunctionConfiguration', { FunctionName: name })
      groups.set(id, LoggingConfig?.LogGroup ?? `/aws/lambda/${name}`)
    }
    options.logs.follow(groups)
    for (const [id, port] of inspectors) say(`Debug ${id} at 127.0.0.1:${port}, once it has run\n`)
    say(`Deployed ${target.stackName} in ${took(before)}\n`)
  }

  async function attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      if (!(error instanceof UserError) && !(error instanceof CallError)) throw error
      say(`${paint.red(error.message)}\n`)
    }
  }
  function rewatch(): void {
    watcher?.close()
    watcher = watchPaths([target.file, ...parts.flatMap(part => part.paths)], changed => {
      for (const path of changed) pending.add(path)
      working ??= work().finally(() => { working = undefined })
    })
  }
  async function work(): Promise<void> {
    while (pending.size > 0 && !stopped) {
      const before = performance.now()
      const changed = [...pending]
      pending.clear()
      const within = (part: LocalPart) => part.paths.some(path => changed.some(one => one === path || one.startsWith(path + sep)))
      const touched = parts.filter(within)
      const watched = JSON.stringify(parts.flatMap(part => part.paths))
      if (changed.includes(target.file) || touched.some(part => !live.has(part.id))) {
        // A save in the middle of writing leaves an empty file for a moment.
        if ((await readFile(target.file, 'utf8').catch(() => '')).trim() === '') continue
        await attempt(deployAll)
      } else {
        for (const { id } of touched) {
          await attempt(async () => {
            if (!await updateCode(target, live.get(id)!, last, options.environment, say)) return
            pastStack = true
            say(`${paint.green('Updated')} ${id} in ${took(before)}\n`)
          })
        }
      }
      if (JSON.stringify(parts.flatMap(part => part.paths)) !== watched) rewatch()
    }
  }
  await deployAll()
  rewatch()
  say('Watching; Ctrl-C ends it\n')
  return {
    async stop() {
      stopped = true
      watcher?.close()
      await working
      if (pastStack) await attempt(deployAll)
    },
  }
}

const took = (since: number): string => {
  const ms = performance.now() - since
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`
}
