import { spawn } from 'node:child_process'
import { globSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { dirname } from 'node:path'

// Runs every check and ends with the line `N passed, N failed`. Words after `npm test --` choose test files whose path contains one of them.
// A test is skipped, and says why, where this machine lacks what it needs; with `--ci` that is a failure.
const root = dirname(import.meta.dirname)
const isCi = process.argv.includes('--ci')
const words = process.argv.slice(2).filter(word => word !== '--ci')
let passed = 0
let failed = 0

function run(args: string[], onLine: (line: string) => void = line => console.log(line)): Promise<number> {
  return new Promise(resolve => {
    const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] })
    let rest = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n')
      rest = lines.pop()!
      lines.forEach(onLine)
    })
    child.on('close', code => {
      if (rest) onLine(rest)
      resolve(code ?? 1)
    })
  })
}

async function check(name: string, args: string[]): Promise<void> {
  const start = performance.now()
  const code = await run(args)
  console.log(`${code === 0 ? 'ok' : 'NOT OK'} ${name} (${((performance.now() - start) / 1000).toFixed(1)} s)`)
  if (code === 0) passed++
  else failed++
}

async function tests(files: string[], concurrency: number): Promise<void> {
  if (files.length === 0) return
  let counted = false
  let failures = 0
  const code = await run([
    '--test', '--test-reporter=./scripts/test-reporter.ts', `--test-concurrency=${concurrency}`, '--test-timeout=240000', ...files,
  ], line => {
    const counts = /^#counted (\d+) (\d+) (\d+)$/.exec(line)
    if (!counts) return console.log(line)
    counted = true
    passed += Number(counts[1])
    failures += Number(counts[2])
    if (isCi) failures += Number(counts[3])
  })
  // A runner that ends badly without naming a test has failed all the same.
  failed += !counted || (code !== 0 && failures === 0) ? 1 : failures
}

if (words.length === 0) {
  await check('types', ['node_modules/typescript/bin/tsc', '--noEmit'])
  await check('lint', ['node_modules/oxlint/bin/oxlint', '--deny-warnings', 'src', 'tests', 'bench', 'scripts', 'examples'])
}
const files = globSync(['src/**/*.test.ts', 'tests/**/*.test.ts', 'examples/**/*.test.ts'], { cwd: root, exclude: path => path.includes('node_modules') })
  .sort().filter(file => words.length === 0 || words.some(word => file.includes(word)))
// What kills processes, fills disks and runs whole clouds runs alone.
const alone = (file: string) => /^tests[\\/](kill|hostile|journeys)/.test(file)
await tests(files.filter(file => !alone(file)), availableParallelism())
await tests(files.filter(alone), 1)
console.log(`${passed} passed, ${failed} failed`)
process.exit(failed > 0 ? 1 : 0)
