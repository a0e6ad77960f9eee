import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { Environment, FunctionSpec, Invocation, Outcome, Sandboxes } from '../../src/contracts/sandbox.ts'
import { probeIsolation } from '../../src/sandbox/host.ts'
import { openSandboxes } from '../../src/sandbox/open.ts'

export const path = '/usr/local/bin:/usr/bin:/bin'
const isolation = await probeIsolation()
/** Every driver that works here. */
export const drivers = isolation.works ? ['isolated', 'process'] as const : ['process'] as const

export interface Started { environment: Environment, lines: string[], codeFolder: string }

/** Sandboxes of one test file, and functions in them from files by name; a file that begins with #! can be executed. */
export function openPlace(driver: 'isolated' | 'process', poolSize = 0) {
  const folder = mkdtempSync(join(tmpdir(), 'fogbank-runtimes-'))
  const log = { debug() {}, info() {}, warn() {}, error() {} }
  const sandboxes: Sandboxes = openSandboxes({ driver, folder: join(folder, 'state'), log, path, poolSize })
  let count = 0
  const lay = (files: Record<string, string>): string => {
    const target = join(folder, `laid${count++}`)
    mkdirSync(target)
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(join(target, name)), { recursive: true })
      writeFileSync(join(target, name), content)
      if (content.startsWith('#!')) chmodSync(join(target, name), 0o755)
    }
    return target
  }
  return {
    sandboxes, lay,
    async start(files: Record<string, string> | string, changes: Partial<FunctionSpec> & { layer?: Record<string, string> } = {}): Promise<Started> {
      const { layer, ...rest } = changes
      const lines: string[] = []
      const codeFolder = typeof files === 'string' ? files : lay(files)
      const environment = await sandboxes.start({
        runtime: 'nodejs22.x', handler: 'index.handler', codeFolder, ...layer && { layersFolder: lay(layer) }, memoryMB: 1769, ephemeralStorageMB: 512,
        initTimeoutMs: 10_000, network: 'none', endpoints: [], onOutput: (line) => void lines.push(line), ...rest,
        environment: { AWS_LAMBDA_FUNCTION_NAME: 'f', AWS_LAMBDA_FUNCTION_VERSION: '$LATEST', AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '1769', AWS_REGION: 'eu-west-1',
          AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/f', AWS_LAMBDA_LOG_STREAM_NAME: 's', ...rest.environment },
      })
      return { environment, lines, codeFolder }
    },
    async close() {
      await sandboxes.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

let requests = 0
export function invocation(event: unknown = {}, changes: Partial<Invocation> = {}): Invocation {
  return {
    requestId: `r${requests++}`, payload: Buffer.from(JSON.stringify(event)), timeoutMs: 10_000,
    invokedFunctionArn: 'arn:aws:lambda:eu-west-1:000000000000:function:f', ...changes,
  }
}

export function read(outcome: Outcome | undefined): any {
  if (!outcome || !('payload' in outcome)) throw new Error(JSON.stringify(outcome))
  return JSON.parse(Buffer.from(outcome.payload).toString())
}

/** Invokes with a reader; `body` is what was read, or what the reading broke with. */
export async function stream(environment: Environment, event: unknown = {}, timeoutMs = 10_000) {
  let type: string | undefined
  let body: Promise<string> | undefined
  const outcome = await environment.invoke(invocation(event, {
    timeoutMs,
    onStream: (readable, contentType) => {
      type = contentType
      body = text(readable).catch((error: Error) => `broke: ${error.message}`)
    },
  }))
  return { outcome, type, body: await body }
}
