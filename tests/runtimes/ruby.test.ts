import { strict as assert } from 'node:assert'
import { after, test } from 'node:test'
import { findRuntimes } from '../../src/sandbox/runtimes.ts'
import { drivers, invocation, openPlace, path, read } from './place.ts'

const ruby = (await findRuntimes(path)).some((runtime) => runtime.name === 'ruby3.4')
const options = { skip: ruby ? false : 'Ruby is not installed' }

for (const driver of drivers) {
  const place = openPlace(driver)
  after(() => place.close())

  test(`${driver}: Ruby: a method answers with its context; what it raises has AWS's shape, and it serves on`, options, async () => {
    const { environment, lines } = await place.start({ 'app.rb': `
      module Shop
        def self.order(event:, context:)
          raise ArgumentError, 'no' if event['fail']
          puts 'hello'
          { event: event, id: context.aws_request_id, left: context.get_remaining_time_in_millis, trace: ENV['_X_AMZN_TRACE_ID'] }
        end
      end` }, { runtime: 'ruby3.4', handler: 'app.Shop.order' })
    const call = invocation({ n: 'ü' }, { traceHeader: 'Root=1' })
    const answer = read(await environment.invoke(call))
    assert.deepEqual([answer.event, answer.id, answer.trace], [{ n: 'ü' }, call.requestId, 'Root=1'])
    assert.ok(answer.left > 9000 && answer.left <= 10_000, String(answer.left))
    assert.deepEqual(lines, ['hello'])
    const failed = read(await environment.invoke(invocation({ fail: true })))
    assert.deepEqual([failed.errorType, failed.errorMessage], ['Function<ArgumentError>', 'no'])
    assert.match(failed.stackTrace[0], /app\.rb:4:in/)
    assert.equal((await environment.invoke(invocation({}))).kind, 'response')
    await environment.stop()
  })

  test(`${driver}: Ruby: a top-level method is a handler; a missing file and a missing method fail init by name`, options, async () => {
    const app = { 'lib/app.rb': 'def handle(event:, context:)\n  event.sum\nend' }
    const { environment } = await place.start(app, { runtime: 'ruby3.3', handler: 'lib/app.handle' })
    assert.equal(read(await environment.invoke(invocation([1, 2]))), 3)
    await environment.stop()
    const missing = await place.start(app, { runtime: 'ruby3.3', handler: 'other.handle' })
    assert.equal(read(missing.environment.initError).errorType, 'Init<LoadError>')
    const none = await place.start(app, { runtime: 'ruby3.3', handler: 'lib/app.other' })
    assert.equal(read(none.environment.initError).errorType, 'Init<NameError>')
  })
}
