import { strict as assert } from 'node:assert'
import { after, test } from 'node:test'
import { drivers, invocation, openPlace, read } from '../runtimes/place.ts'
import { built, has } from './functions-built.ts'

// The clients of the Extensions and Telemetry APIs that AWS publishes, as their registries have them.
const place = openPlace(drivers[0])
after(() => place.close())
const installed = { cargo: await has('cargo', '--version'), go: await has('go', 'version') }

test('Rust: lambda-extension hears of invocations, shutdown and telemetry', {
  skip: installed.cargo ? false : 'Cargo is not installed', timeout: 300_000,
}, async () => {
  const manifest = `[package]
name = "watcher"
version = "0.1.0"
edition = "2021"

[dependencies]
lambda-extension = "0.11"
serde_json = "1"
tokio = { version = "1", features = ["macros", "rt"] }

[profile.release]
opt-level = 0
debug = false
`
  const main = `use lambda_extension::{service_fn, Error, Extension, LambdaEvent, LambdaTelemetry, LambdaTelemetryRecord, NextEvent, SharedService};

async fn on_event(event: LambdaEvent) -> Result<(), Error> {
    match event.next {
        NextEvent::Invoke(invoke) => println!("invoke {}", invoke.request_id),
        NextEvent::Shutdown(shutdown) => println!("shutdown {}", shutdown.shutdown_reason),
    }
    Ok(())
}

async fn on_telemetry(events: Vec<LambdaTelemetry>) -> Result<(), Error> {
    for event in events {
        match event.record {
            LambdaTelemetryRecord::Function(line) => println!("function {}", line.trim()),
            LambdaTelemetryRecord::PlatformRuntimeDone { request_id, status, .. } => println!("done {} {:?}", request_id, status),
            LambdaTelemetryRecord::PlatformReport { request_id, .. } => println!("report {}", request_id),
            _ => (),
        }
    }
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    Extension::new()
        .with_events_processor(service_fn(on_event))
        .with_telemetry_types(&["platform", "function"])
        .with_telemetry_processor(SharedService::new(service_fn(on_telemetry)))
        .run()
        .await
}
`
  const take = ['sh', '-c', 'mkdir -p extensions && cp target/release/watcher extensions/watcher && rm -rf target']
  const layersFolder = await built('rust-extension-0.11', { 'Cargo.toml': manifest, 'src/main.rs': main }, [['cargo', 'build', '--quiet', '--release'], take])
  const { environment, lines } = await place.start({ 'index.js': 'exports.handler = async (event) => { console.log("hello"); return event }' }, {
    layersFolder, onEvent: (event) => event.type === 'runtimeDone' ? {
      type: 'runtimeDone', at: Date.now(), record: { requestId: event.requestId, status: 'success', metrics: { durationMs: event.durationMs }, spans: [] },
    } : undefined,
  })
  assert.equal(environment.initError, undefined, lines.join('\n'))
  const call = invocation({ n: 1 })
  assert.deepEqual(read(await environment.invoke(call)), { n: 1 })
  const metrics = { durationMs: 1, billedDurationMs: 1, memorySizeMB: 128, maxMemoryUsedMB: 1 }
  environment.tell!({ type: 'report', at: Date.now(), record: { requestId: call.requestId, metrics, status: 'success' } })
  await environment.stop()
  for (const line of [`invoke ${call.requestId}`, `done ${call.requestId} Success`, `report ${call.requestId}`, 'shutdown SPINDOWN']) {
    assert.ok(lines.includes(line), `${line} is missing in\n${lines.join('\n')}`)
  }
  assert.ok(lines.some((line) => line.startsWith('function ') && line.endsWith('hello')), lines.join('\n'))
})

test('Go: aws-lambda-go\'s extension for SIGTERM', { skip: installed.go ? false : 'Go is not installed', timeout: 300_000 }, async () => {
  const main = `package main

import (
	"fmt"

	"github.com/aws/aws-lambda-go/lambda"
)

func handle(event map[string]any) (map[string]any, error) { return event, nil }

func main() {
	lambda.StartWithOptions(handle, lambda.WithEnableSIGTERM(func() { fmt.Println("terminated") }))
}
`
  const codeFolder = await built('go-sigterm-1.55.1', { 'main.go': main }, [
    ['go', 'mod', 'init', 'fogbank.test/f'], ['go', 'get', 'github.com/aws/aws-lambda-go@v1.55.1'],
    ['go', 'build', '-tags', 'lambda.norpc', '-o', 'bootstrap', '.'],
  ], { CGO_ENABLED: '0' })
  const states: string[] = []
  const { environment, lines } = await place.start(codeFolder, {
    runtime: 'provided.al2023', onEvent: (event) => void (event.type === 'extension' && states.push(`${event.name} ${event.state}`)),
  })
  assert.equal(environment.initError, undefined, lines.join('\n'))
  assert.deepEqual(read(await environment.invoke(invocation({ n: 1 }))), { n: 1 })
  await environment.stop()
  assert.equal(states.length, 1)
  assert.match(states[0]!, / Ready$/)
  assert.ok(lines.includes('terminated'), lines.join('\n'))
})
