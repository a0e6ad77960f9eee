import { strict as assert } from 'node:assert'
import { existsSync } from 'node:fs'
import { after, test } from 'node:test'
import { drivers, invocation, openPlace, read } from '../runtimes/place.ts'
import { built, has } from './functions-built.ts'

// The clients of the Runtime API that AWS publishes, as their registries have them, against the Runtime API that a sandbox has.
const place = openPlace(drivers[0])
after(() => place.close())

// Asked before the first test: those that are registered later would find the sandboxes closed.
const installed = {
  go: await has('go', 'version'), cargo: await has('cargo', '--version'), java: await has('mvn', '-v') && await has('javac', '-version'),
}

/** Every client must answer, say the function's error, and have the context that AWS gives. */
async function prove(codeFolder: string, handler = 'app.handler', runtime = 'provided.al2023'): Promise<void> {
  const { environment, lines } = await place.start(codeFolder, { runtime, handler })
  assert.equal(environment.initError, undefined, lines.join('\n') + JSON.stringify(environment.initError && read(environment.initError)))
  for (let n = 0; n < 3; n++) {
    const call = invocation({ n }, { traceHeader: 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1' })
    const answer = read(await environment.invoke(call))
    assert.deepEqual([answer.event, answer.id, answer.arn], [{ n }, call.requestId, call.invokedFunctionArn])
  }
  const failed = await environment.invoke(invocation({ fail: true }))
  assert.equal(failed.kind, 'error')
  assert.equal(read(failed).errorMessage, 'no')
  assert.deepEqual(read(await environment.invoke(invocation({ n: 9 }))).event, { n: 9 })
  await environment.stop()
}

test('Go: aws-lambda-go', { skip: installed.go ? false : 'Go is not installed', timeout: 300_000 }, async () => {
  const main = `package main

import (
	"context"
	"errors"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"
)

func handle(ctx context.Context, event map[string]any) (map[string]any, error) {
	if event["fail"] != nil {
		return nil, errors.New("no")
	}
	known, _ := lambdacontext.FromContext(ctx)
	return map[string]any{"event": event, "id": known.AwsRequestID, "arn": known.InvokedFunctionArn}, nil
}

func main() { lambda.Start(handle) }
`
  await prove(await built('go-1.55.1', { 'main.go': main }, [
    ['go', 'mod', 'init', 'fogbank.test/f'], ['go', 'get', 'github.com/aws/aws-lambda-go@v1.55.1'],
    ['go', 'build', '-tags', 'lambda.norpc', '-o', 'bootstrap', '.'],
  ], { CGO_ENABLED: '0' }))
})

test('Python: awslambdaric', { skip: existsSync('/usr/bin/python3') ? false : 'No Python', timeout: 300_000 }, async () => {
  const app = 'def handler(event, context):\n  if event.get("fail"): raise ValueError("no")\n'
    + '  return {"event": event, "id": context.aws_request_id, "arn": context.invoked_function_arn}\n'
  const install = ['/usr/bin/python3', '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--target', '.', 'awslambdaric']
  await prove(await built('python-1', { 'app.py': app, bootstrap: '#!/bin/sh\nexec /usr/bin/python3 -m awslambdaric "$_HANDLER"\n' }, [install]))
})

test('Java: aws-lambda-java-runtime-interface-client in the package, under java17', {
  skip: installed.java ? false : 'No JDK or Maven', timeout: 300_000,
}, async () => {
  const app = `package shop;
import com.amazonaws.services.lambda.runtime.Context;
import java.util.Map;
public class App {
  public static class Event { private int n = -1; private boolean fail; public int getN() { return n; } public void setN(int n) { this.n = n; }
    public boolean isFail() { return fail; } public void setFail(boolean fail) { this.fail = fail; } }
  public Map<String, Object> handle(Event event, Context context) {
    if (event.isFail()) throw new IllegalStateException("no");
    return Map.of("event", Map.of("n", event.getN()), "id", context.getAwsRequestId(), "arn", context.getInvokedFunctionArn());
  }
}
`
  const pom = `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>shop</groupId><artifactId>app</artifactId><version>1</version>
<dependencies><dependency><groupId>com.amazonaws</groupId>
<artifactId>aws-lambda-java-runtime-interface-client</artifactId><version>2.6.0</version></dependency></dependencies></project>
`
  const folder = await built('java-2.6.0', { 'shop/App.java': app, 'pom.xml': pom }, [
    ['mvn', '-q', '-B', 'dependency:copy-dependencies', '-DoutputDirectory=lib'], ['javac', '--release', '17', '-cp', 'lib/*', 'shop/App.java'],
  ])
  await prove(folder, 'shop.App::handle', 'java17')
})

test('Rust: lambda_runtime', { skip: installed.cargo ? false : 'Cargo is not installed', timeout: 300_000 }, async () => {
  const manifest = `[package]
name = "bootstrap"
version = "0.1.0"
edition = "2021"

[dependencies]
lambda_runtime = { version = "0.13", default-features = false }
serde_json = "1"
tokio = { version = "1", features = ["macros", "rt"] }

[profile.release]
opt-level = 0
debug = false
`
  const main = `use lambda_runtime::{run, service_fn, Error, LambdaEvent};
use serde_json::{json, Value};

async fn handle(event: LambdaEvent<Value>) -> Result<Value, Error> {
    if event.payload.get("fail").is_some() {
        return Err("no".into());
    }
    Ok(json!({ "event": event.payload, "id": event.context.request_id, "arn": event.context.invoked_function_arn }))
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    run(service_fn(handle)).await
}
`
  const build = ['cargo', 'build', '--quiet', '--release']
  const take = ['sh', '-c', 'cp target/release/bootstrap bootstrap && rm -rf target']
  await prove(await built('rust-0.13', { 'Cargo.toml': manifest, 'src/main.rs': main }, [build, take]))
})
