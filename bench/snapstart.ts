import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { FunctionSpec, Invocation } from '../src/contracts/sandbox.ts'
import { openSandboxes } from '../src/sandbox/open.ts'
import { boto3Files } from '../tests/runtimes/boto3.ts'
import { inTurn, machine, quantile } from './measure.ts'

// `node bench/snapstart.ts`: a cold start with its first response, with SnapStart and without, in turn; of a Python function that makes a client of boto3, and
// of a Java function that makes an HTTP client with TLS. As root, with a criu that works; javac and the tools of the tests are needed.
const rounds = Number(process.argv[2] ?? 15)
const place = mkdtempSync(join(tmpdir(), 'fogbank-bench-snapstart-'))
const log = { debug() {}, info() {}, warn() {}, error() {} }

const python = `
import boto3
client = boto3.client('dynamodb', region_name='us-east-1', aws_access_key_id='a', aws_secret_access_key='b')
def handler(event, context): return client.meta.region_name
`
const java = `
import java.net.http.HttpClient;
import javax.net.ssl.SSLContext;
import java.util.*;
import java.util.regex.Pattern;
public class App {
  static final HttpClient client;
  static final Map<String, Pattern> patterns = new TreeMap<>();
  static {
    try { client = HttpClient.newBuilder().sslContext(SSLContext.getDefault()).build(); } catch (Exception e) { throw new RuntimeException(e); }
    for (int n = 0; n < 2000; n++) patterns.put("p" + n, Pattern.compile("(a|b" + n + ")*[c-f]{1,9}x?(?<name>\\\\w+)"));
  }
  public Object handle(Map<String, Object> event) { return patterns.size(); }
}
`

function lay(name: string, files: Record<string, string | Uint8Array>): string {
  const folder = join(place, name)
  for (const [file, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    writeFileSync(join(folder, file), content)
  }
  return folder
}

/** Milliseconds of the processor that this process has had and all that it started, those that ended as well; by a control group of version 1. */
const accounts = '/sys/fs/cgroup/cpuacct'
const account = existsSync(accounts) ? join(accounts, `fogbank-bench-${process.pid}`) : undefined
if (account) {
  mkdirSync(account)
  writeFileSync(join(account, 'cgroup.procs'), String(process.pid))
}
const processorMs = (): number => account ? Number(readFileSync(join(account, 'cpuacct.usage'), 'latin1')) / 1e6 : NaN

const invocation: Invocation = {
  requestId: 'r', payload: Buffer.from('{}'), timeoutMs: 10_000, invokedFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:f',
}
const sizeMB = (folder: string): number => readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .reduce((sum, name) => sum + statSync(join(folder, name)).size, 0) / 1024 / 1024

const sandboxes = openSandboxes({ driver: 'isolated', folder: join(place, 'state'), log, path: '/usr/local/bin:/usr/bin:/bin' })
try {
  const codePython = lay('python', { ...boto3Files('dynamodb'), 'app.py': python })
  const codeJava = lay('java', { 'App.java': java })
  execFileSync('javac', ['--release', '17', 'App.java'], { cwd: codeJava })
  const functions = {
    'python3.13, boto3': { runtime: 'python3.13', handler: 'app.handler', codeFolder: codePython },
    'java17, HttpClient': { runtime: 'java17', handler: 'App::handle', codeFolder: codeJava },
  }
  const cpu: Record<string, number> = {}
  const candidates: Record<string, () => Promise<number>> = {}
  for (const [name, which] of Object.entries(functions)) {
    const folder = join(place, `snapshot-${which.runtime}`)
    const spec = (mode?: 'take' | 'restore'): FunctionSpec => ({
      ...which, environment: { AWS_LAMBDA_FUNCTION_NAME: 'f', AWS_REGION: 'us-east-1' }, memoryMB: 1769, ephemeralStorageMB: 512, initTimeoutMs: 60_000,
      network: 'internet', endpoints: [{ port: 4566, serve: (socket) => socket.destroy() }], onOutput: () => {},
      ...mode && { snapshot: { mode, folder, credentials: async () => ({}) } },
    })
    const began = performance.now()
    const taken = await sandboxes.start(spec('take'))
    if (taken.initError) throw new Error(JSON.stringify(taken.initError))
    const took = `${(performance.now() - began).toFixed(0)} ms, ${taken.initDurationMs.toFixed(0)} of them init`
    console.log(`${name}: the snapshot takes ${took}, and ${sizeMB(folder).toFixed(0)} MB`)
    for (const mode of [undefined, 'restore'] as const) {
      const label = `${name}${mode ? ', SnapStart' : ''}`
      candidates[label] = async () => {
        const before = processorMs()
        const from = performance.now()
        const environment = await sandboxes.start(spec(mode))
        const outcome = await environment.invoke(invocation)
        const took = performance.now() - from
        if (outcome.kind !== 'response') throw new Error(JSON.stringify(outcome))
        await environment.stop()
        // The pool refills beside, as it does between the cold starts of a quiet cloud.
        await new Promise(resolve => setTimeout(resolve, 300))
        cpu[label] = (cpu[label] ?? 0) + processorMs() - before
        return took
      }
    }
  }
  const figures = await inTurn(rounds, candidates)
  for (const [name, times] of Object.entries(figures)) {
    const wall = `p50 ${quantile(times, 0.5).toFixed(0)} ms, p90 ${quantile(times, 0.9).toFixed(0)} ms`
    console.log(`${name.padEnd(32)} ${wall}, processor ${(cpu[name]! / rounds).toFixed(0)} ms each`)
  }
  console.log(machine())
} finally {
  await sandboxes.close()
  rmSync(place, { recursive: true, force: true })
  if (account) {
    writeFileSync(join(accounts, 'cgroup.procs'), String(process.pid))
    rmdirSync(account)
  }
}
