import { strict as assert } from 'node:assert'
import { after, test } from 'node:test'
import { drivers, invocation, openPlace, read, stream } from './place.ts'

for (const driver of drivers) {
  const place = openPlace(driver)
  after(() => place.close())
  const handler = (body: string) => ({ 'index.mjs': `export const handler = awslambda.streamifyResponse(async (event, out, context) => { ${body} })` })

  test(`${driver}: a prelude of HTTP metadata goes before the body, and eight NULs between`, async () => {
    const { environment } = await place.start(handler(`
      out = awslambda.HttpResponseStream.from(out, { statusCode: 418, headers: { a: 'b' } }); out.write('tea'); out.end('pot')`))
    const { outcome, type, body } = await stream(environment)
    assert.equal(type, 'application/vnd.awslambda.http-integration-response')
    assert.equal(body, '{"statusCode":418,"headers":{"a":"b"}}\0\0\0\0\0\0\0\0teapot')
    assert.equal(outcome.kind, 'response')
    // The environment serves on, and whoever does not want a stream gets it whole.
    const whole = await environment.invoke(invocation())
    assert.match(Buffer.from('payload' in whole ? whole.payload : '').toString(), /\0{8}teapot$/)
    await environment.stop()
  })

  test(`${driver}: an error before the first byte is the function's, one after it comes in the trailers`, async () => {
    const { environment } = await place.start(handler(`
      if (event.late) { out.write('some'); await new Promise((ok) => setTimeout(ok, 20)) } throw new TypeError('no')`))
    const early = await stream(environment)
    assert.deepEqual([early.body, early.outcome.kind, read(early.outcome).errorType], [undefined, 'error', 'TypeError'])
    const late = await stream(environment, { late: true })
    assert.deepEqual([late.body, late.outcome.kind, read(late.outcome).errorType], ['some', 'error', 'TypeError'])
    await environment.stop()
  })

  test(`${driver}: a stream breaks where the function dies by a signal, or runs out of time`, async () => {
    const code = handler(`out.write('some'); await new Promise((ok) => setTimeout(ok, 50));
      if (event.die) process.kill(process.pid, 'SIGKILL'); await new Promise(() => setTimeout(() => {}, 1e6))`)
    const dying = await stream((await place.start(code)).environment, { die: true })
    assert.deepEqual(
      [dying.body, dying.outcome.kind, dying.outcome.kind === 'exit' && dying.outcome.signal],
      ['broke: The function ended while it streamed', 'exit', 'SIGKILL']
    )
    const slow = await stream((await place.start(code)).environment, {}, 300)
    assert.deepEqual([slow.body, slow.outcome.kind], ['broke: The function timed out while it streamed', 'timeout'])
  })

  test(`${driver}: a function waits for a slow reader, and a reader that leaves does not hold it`, async () => {
    const { environment } = await place.start(handler(`
      for (let n = 0; n < 320; n++) if (!out.write(Buffer.alloc(100_000))) await new Promise((ok) => out.once('drain', ok)); out.end()`))
    let readBytes = 0
    let heldBytes = 0
    const outcome = await environment.invoke(invocation({}, { onStream: (body) => void (async () => {
      for await (const chunk of body) {
        readBytes += (chunk as Buffer).length
        heldBytes = Math.max(heldBytes, body.readableLength)
        if (readBytes % 1_000_000 < 70_000) await new Promise((ok) => setTimeout(ok, 1))
      }
    })() }))
    assert.equal(outcome.kind, 'response')
    assert.equal(readBytes, 32_000_000)
    assert.ok(heldBytes < 4_000_000, `${heldBytes} bytes were held`)
    const left = await environment.invoke(invocation({}, { onStream: (body) => void body.destroy() }))
    assert.equal(left.kind, 'response')
    await environment.stop()
  })
}

test('a streamed response ends at 200 MB with Function.ResponseSizeTooLarge', { timeout: 60_000 }, async () => {
  const place = openPlace('process')
  const { environment } = await place.start({ 'index.mjs': `export const handler = awslambda.streamifyResponse(async (event, out) => {
    const piece = Buffer.alloc(1 << 20)
    for (let n = 0; n < 201; n++) if (!out.write(piece)) await new Promise((ok) => out.once('drain', ok))
    out.end() })` })
  let bytes = 0
  const outcome = await environment.invoke(invocation(
    {}, { timeoutMs: 30_000, onStream: (body) => void body.on('data', (chunk: Buffer) => { bytes += chunk.length }) }
  ))
  assert.deepEqual([outcome.kind, outcome.kind === 'error' && outcome.errorType, bytes], ['error', 'Function.ResponseSizeTooLarge', 200 * 1024 * 1024])
  await place.close()
})
