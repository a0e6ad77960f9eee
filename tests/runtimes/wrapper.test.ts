import { strict as assert } from 'node:assert'
import { after, test } from 'node:test'
import { drivers, invocation, openPlace, read } from './place.ts'

// AWS_LAMBDA_EXEC_WRAPPER: a script that starts the runtime, as layers that instrument functions have (developer guide, "Modifying the runtime environment").
const wrapper = `#!/bin/bash
export WRAPPED="$AWS_LAMBDA_FUNCTION_NAME"
export ORIGINAL_HANDLER="$_HANDLER"
export _HANDLER=wrapped.handler
args=("$@")
exec "\${args[@]:0:$#-1}" $EXTRA "\${args[@]: -1}"
`
for (const driver of drivers) {
  const place = openPlace(driver, driver === 'isolated' ? 1 : 0)
  after(() => place.close())

  test(`${driver}: a wrapper of a layer starts Node.js with options, variables and a handler of its own`, async () => {
    const code = {
      'index.js': 'exports.handler = async () => "not this one"',
      'wrapped.js': `exports.handler = async (event) => ({ event, by: process.env.WRAPPED, from: process.env.ORIGINAL_HANDLER, options: process.execArgv,
        secret: process.env.AWS_SECRET_ACCESS_KEY })`,
    }
    const { environment, lines } = await place.start(code, {
      layer: { wrapper },
      environment: { AWS_LAMBDA_EXEC_WRAPPER: '/opt/wrapper', EXTRA: '--no-deprecation', _HANDLER: 'index.handler', AWS_SECRET_ACCESS_KEY: 'it\'s secret' },
    })
    assert.equal(environment.initError, undefined, lines.join('\n'))
    for (let n = 0; n < 2; n++) {
      const answer = read(await environment.invoke(invocation({ n })))
      assert.deepEqual(answer, { event: { n }, by: 'f', from: 'index.handler', options: ['--no-deprecation'], secret: 'it\'s secret' })
    }
    assert.ok(environment.initDurationMs > 10, 'init has the start of the wrapper')
    await environment.stop()
  })

  test(`${driver}: a wrapper of the package starts Python`, async () => {
    const app = 'import os, sys\nprint("said")\ndef handler(event, context):\n  return [event, os.environ["WRAPPED"], sys.flags.optimize]\n'
    const { environment, lines } = await place.start({ 'wrapped.py': app, 'scripts/wrapper': wrapper }, {
      runtime: 'python3.11', handler: 'index.handler',
      environment: { AWS_LAMBDA_EXEC_WRAPPER: '/var/task/scripts/wrapper', EXTRA: '-O', _HANDLER: 'index.handler' },
    })
    assert.equal(environment.initError, undefined, lines.join('\n'))
    assert.deepEqual(read(await environment.invoke(invocation({ n: 1 }))), [{ n: 1 }, 'f', 1])
    assert.ok(lines.includes('said'), lines.join('\n'))
    await environment.stop()
  })

  test(`${driver}: a wrapper that is not there, and a runtime that ends behind one`, async () => {
    const missing = await place.start({ 'index.js': 'exports.handler = 1' }, { environment: { AWS_LAMBDA_EXEC_WRAPPER: '/opt/none' } })
    assert.deepEqual([missing.environment.initError?.kind, missing.environment.initError?.kind === 'exit' && missing.environment.initError.code], ['exit', 127])
    const code = { 'wrapped.js': 'exports.handler = async () => process.exit(5)', wrapper }
    const { environment } = await place.start(code, { environment: { AWS_LAMBDA_EXEC_WRAPPER: '/var/task/wrapper', _HANDLER: 'x.y' } })
    const outcome = await environment.invoke(invocation())
    assert.deepEqual([outcome.kind, outcome.kind === 'exit' && outcome.code], ['exit', 5])
  })
}
