'use strict'
const { Writable } = require('node:stream')

/** The stream that a streaming handler writes its response to: chunks of the Runtime API's answer, an error as its trailers. */
module.exports = ({ begin, write, failure }) => class ResponseStream extends Writable {
  #started = false
  contentType = 'application/octet-stream'
  prelude
  setContentType(type) { this.contentType = type }
  #start() {
    if (this.#started) return
    this.#started = true
    begin(`Lambda-Runtime-Function-Response-Mode: streaming\r\nContent-Type: ${this.contentType}\r\nTransfer-Encoding: chunked\r\n`
      + 'Trailer: Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body\r\n\r\n')
    if (this.prelude) this.#chunk(Buffer.concat([Buffer.from(this.prelude), Buffer.alloc(8)]))
  }
  #chunk(bytes, done) {
    write(Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')]), done)
  }
  _write(chunk, _encoding, done) {
    this.#start()
    if (chunk.length) this.#chunk(chunk, done)
    else done()
  }
  _final(done) {
    this.#start()
    write('0\r\n\r\n', done)
  }
  failWith(error) {
    if (!this.#started) return false
    const { header, body } = failure(error)
    write(`0\r\n${header}Lambda-Runtime-Function-Error-Body: ${Buffer.from(body).toString('base64')}\r\n\r\n`)
    return true
  }
}
