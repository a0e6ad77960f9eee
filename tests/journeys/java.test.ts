import { strict as assert } from 'node:assert'
import { after, test } from 'node:test'
import { drivers, invocation, openPlace, read } from '../runtimes/place.ts'
import { built, has } from './functions-built.ts'

// Functions of Java as `sam build` packages them, which carry AWS's interfaces and not its runtime: our bootstrap runs them, and answers what AWS's
// published client answers for the same class and event.
const place = openPlace(drivers[0])
after(() => place.close())
const installed = await has('mvn', '-v') && await has('javac', '-version')
const options = { skip: installed ? false : 'No JDK or Maven', timeout: 300_000 }

const source = `package shop;
import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.amazonaws.services.lambda.runtime.events.*;
import java.io.*;
import java.util.*;

public class App implements RequestHandler<APIGatewayV2HTTPEvent, APIGatewayV2HTTPResponse> {
  public APIGatewayV2HTTPResponse handleRequest(APIGatewayV2HTTPEvent event, Context context) {
    return APIGatewayV2HTTPResponse.builder().withStatusCode(200).withHeaders(Map.of("x-path", event.getRequestContext().getHttp().getPath()))
      .withBody(event.getPathParameters().get("id") + event.getBody()).withIsBase64Encoded(false).build();
  }
  enum Size { SMALL, LARGE }
  public static class Item { public String name; public Double price; private Size size; private List<Item> parts; private Map<String, Integer> stock;
    public Size getSize() { return size; } public void setSize(Size size) { this.size = size; }
    public List<Item> getParts() { return parts; } public void setParts(List<Item> parts) { this.parts = parts; }
    public Map<String, Integer> getStock() { return stock; } public void setStock(Map<String, Integer> stock) { this.stock = stock; }
    public boolean isNew() { return name == null; } public String getURL() { return "u"; } }
  public record Point(int x, long y, String label) {}
  public Item item(Item item) { return item; }
  public Point point(Point point, Context context) { return new Point(point.x() + 1, point.y(), point.label()); }
  public List<Integer> sum(List<Integer> all) { return List.of(all.stream().mapToInt(Integer::intValue).sum(), all.size()); }
  public static String text(String text) { return text + "\\u00fc\\n\\u0001"; }
  public int length(Map<String, Object> event) { return event.size(); }
  public void nothing(Object event) {}
  public Object same(Object event, Context context) { return event; }
  public Object context(Map<String, String> event, Context c) {
    c.getLogger().log("hello " + event.get("who"));
    return List.of(c.getFunctionName(), c.getFunctionVersion(), c.getMemoryLimitInMB(), c.getLogGroupName(), c.getLogStreamName(),
      c.getInvokedFunctionArn(), c.getRemainingTimeInMillis() > 0, c.getIdentity() != null);
  }
  public Object queue(SQSEvent event) {
    SQSEvent.SQSMessage message = event.getRecords().get(0);
    return List.of(message.getMessageId(), message.getBody(), message.getEventSourceArn(), message.getAttributes().get("SentTimestamp"),
      message.getMessageAttributes().get("kind").getStringValue(), message.getMessageAttributes().get("kind").getDataType());
  }
  public Object table(DynamodbEvent event) {
    var record = event.getRecords().get(0);
    var image = record.getDynamodb().getNewImage();
    return List.of(record.getEventName(), record.getEventSourceARN(), image.get("id").getS(), image.get("n").getN(), image.get("l").getL().get(0).getBOOL(),
      record.getDynamodb().getApproximateCreationDateTime().getTime(), record.getDynamodb().getSequenceNumber());
  }
  public Object stream(KinesisEvent event) {
    var kinesis = event.getRecords().get(0).getKinesis();
    byte[] data = new byte[kinesis.getData().remaining()];
    kinesis.getData().get(data);
    return List.of(new String(data), kinesis.getPartitionKey(), event.getRecords().get(0).getEventID(), kinesis.getApproximateArrivalTimestamp().getTime());
  }
  public Object bucket(S3Event event) {
    var s3 = event.getRecords().get(0);
    return List.of(s3.getEventName(), s3.getS3().getBucket().getName(), s3.getS3().getObject().getKey(), s3.getS3().getObject().getSizeAsLong(),
      s3.getEventTime().getMillis());
  }
  public Object topic(SNSEvent event) { return List.of(event.getRecords().get(0).getSNS().getMessage(), event.getRecords().get(0).getSNS().getSubject()); }
  public Object plan(ScheduledEvent event) { return List.of(event.getDetailType(), event.getTime().getMillis(), event.getDetail().get("n")); }
  public SQSBatchResponse batch(SQSEvent event) { return new SQSBatchResponse(List.of(new SQSBatchResponse.BatchItemFailure("a"))); }
  public Object fail(Map<String, String> event) { throw new IllegalStateException("no", new IOException("why")); }
  private Object hidden(Object event) { return event; }
  public static class Streams implements RequestStreamHandler {
    public void handleRequest(InputStream in, OutputStream out, Context context) throws IOException { out.write(in.readAllBytes()); }
  }
  public static class Broken { public Broken() { throw new IllegalArgumentException("not made"); } public Object handle(Object event) { return event; } }
}
`
const dependency = (name: string, version: string) =>
  `<dependency><groupId>com.amazonaws</groupId><artifactId>${name}</artifactId><version>${version}</version></dependency>`
const pom = (...dependencies: string[]) => `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>shop</groupId><artifactId>app</artifactId><version>1</version><dependencies>${dependencies.join('\n')}</dependencies></project>`
const packageOf = (name: string, ...dependencies: string[]) => built(name, { 'shop/App.java': source, 'pom.xml': pom(...dependencies) }, [
  ['mvn', '-q', '-B', 'dependency:copy-dependencies', '-DoutputDirectory=lib'], ['javac', '--release', '17', '-cp', 'lib/*', 'shop/App.java'],
])
const interfaces = [dependency('aws-lambda-java-core', '1.4.0'), dependency('aws-lambda-java-events', '3.16.1')]

const records = (record: object) => ({ Records: [record] })
const cases: [handler: string, event: unknown][] = [
  ['shop.App', { version: '2.0', pathParameters: { id: '7' }, body: 'b', requestContext: { http: { path: '/items/7' } } }],
  ['shop.App::item', { name: 'a', price: 1, size: 'LARGE', parts: [{ name: 'b', price: 2.5 }], stock: { x: 3 }, unknown: [1] }],
  ['shop.App::point', { x: 1, y: 9007199254740991, label: null }],
  ['shop.App::sum', [1, 2, 39]],
  ['shop.App::text', 'a"\\\u00e4\t'],
  ['shop.App::length', { a: 1, b: [{}, 'x'] }],
  ['shop.App::nothing', {}],
  ['shop.App::same', { a: [1, 2.5, -3e10, true, null, 'ü'], b: { c: 12345678901 } }],
  ['shop.App::context', { who: 'you' }],
  ['shop.App::queue', records({
    messageId: 'm', body: 'b', eventSourceARN: 'arn', attributes: { SentTimestamp: '1' },
    messageAttributes: { kind: { stringValue: 'v', dataType: 'String', stringListValues: [], binaryListValues: [] } },
  })],
  ['shop.App::table', records({
    eventName: 'INSERT', eventSourceARN: 'arn', dynamodb: {
      ApproximateCreationDateTime: 1700000000.25, SequenceNumber: '5', NewImage: { id: { S: 'a' }, n: { N: '1' }, l: { L: [{ BOOL: true }] } },
    },
  })],
  ['shop.App::stream', records({ eventID: 's:1', kinesis: { partitionKey: 'p', data: 'aGVsbG8=', approximateArrivalTimestamp: 1700000000.123 } })],
  ['shop.App::bucket', records({
    eventName: 'ObjectCreated:Put', eventTime: '2026-01-02T03:04:05.678Z', s3: { bucket: { name: 'b' }, object: { key: 'k', size: 12 } },
  })],
  ['shop.App::topic', records({ EventSource: 'aws:sns', Sns: { Message: 'm', Subject: 's', Timestamp: '2026-01-02T03:04:05.678Z' } })],
  ['shop.App::plan', { 'detail-type': 'Scheduled Event', time: '2026-01-02T03:04:05Z', detail: { n: 1 } }],
  ['shop.App::batch', records({ messageId: 'a' })],
  ['shop.App::fail', {}],
  ['shop.App$Streams', { raw: ' text ' }],
  ['shop.App::item', 'no item'],
  ['shop.Missing::handle', {}],
  ['shop.App::missing', {}],
  ['shop.App::hidden', {}],
  ['shop.App$Broken::handle', {}],
]

async function answerOf(codeFolder: string, handler: string, event: unknown) {
  const { environment, lines } = await place.start(codeFolder, { runtime: 'java17', handler, initTimeoutMs: 60_000 })
  const outcome = environment.initError ?? await environment.invoke(invocation(event, { timeoutMs: 60_000 }))
  await environment.stop()
  const payload = 'payload' in outcome ? read(outcome) : undefined
  return { kind: outcome.kind, isInit: environment.initError !== undefined, payload, said: lines.filter(line => line.startsWith('hello')) }
}

test('Java: a function without AWS\'s client answers what it answers with it: handlers, events of AWS, beans, records, streams, errors', options, async () => {
  const own = await packageOf('java-own-2', ...interfaces)
  const theirs = await packageOf('java-client-2', ...interfaces, dependency('aws-lambda-java-runtime-interface-client', '2.6.0'))
  const differences: unknown[] = []
  for (const [handler, event] of cases) {
    const [ours, wanted] = [await answerOf(own, handler, event), await answerOf(theirs, handler, event)]
    // Frames below the function's own are each runtime's own.
    for (const { payload } of [ours, wanted]) {
      if (payload?.stackTrace) payload.stackTrace = payload.stackTrace.filter((frame: string) => frame.includes('shop.'))
    }
    try {
      assert.deepEqual(ours, wanted)
    } catch {
      differences.push({ handler, ours, wanted })
    }
  }
  assert.deepEqual(differences, [])
})

test('Java: a function without AWS\'s interfaces at all is a plain class', options, async () => {
  const plain = `package shop;
public class Plain { public java.util.Map<String, Integer> handle(java.util.Map<String, Integer> event) { return java.util.Map.of("n", event.get("n") + 1); } }
`
  const folder = await built('java-plain-1', { 'shop/Plain.java': plain }, [['javac', '--release', '17', 'shop/Plain.java']])
  assert.deepEqual((await answerOf(folder, 'shop.Plain::handle', { n: 1 })).payload, { n: 2 })
})
