package fogbank;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** Runs a function of Java: finds its handler, then serves the loop of the Runtime API over one connection. Its class path is the function's own. */
public final class Bootstrap {
  private static final String runtime = "/2018-06-01/runtime/";
  private Socket socket;
  private InputStream in;
  private OutputStream out;
  private final String host;
  private byte[] body;
  /** Why there is no handler; it has no stack to show. */
  private static Exception missing;

  private Bootstrap(String address) throws IOException {
    host = address;
    connect();
  }

  private void connect() throws IOException {
    int colon = host.lastIndexOf(':');
    // The address is a number: nothing is looked up.
    socket = new Socket(host.substring(0, colon), Integer.parseInt(host.substring(colon + 1)));
    socket.setTcpNoDelay(true);
    in = new BufferedInputStream(socket.getInputStream(), 65536);
    out = socket.getOutputStream();
  }

  public static void main(String[] arguments) throws Exception {
    Bootstrap api = new Bootstrap(System.getenv("AWS_LAMBDA_RUNTIME_API"));
    Handlers handler = null;
    try {
      handler = Handlers.load(System.getenv("_HANDLER"), Context.type());
    } catch (ClassNotFoundException | NoSuchMethodException none) {
      // As at AWS, every invocation is told of it.
      missing = none;
      handler = (event, context) -> { throw none; };
    } catch (Throwable failed) {
      Map<String, Object> told = told(failed);
      told.remove("stackTrace");
      api.fail("init/error", failed, told);
      System.exit(1);
    }
    if (Boolean.getBoolean("fogbank.snapshot")) api.becomeSnapshot();
    for (;;) api.serve(handler);
  }

  /** The function is ready: it becomes a snapshot here, and goes on where it is restored. */
  private void becomeSnapshot() throws Exception {
    try {
      fogbank.crac.Core.getGlobalContext().beforeCheckpoint(null);
    } catch (Throwable failed) {
      giveUp("init/error", failed, "Runtime.BeforeCheckpointError");
    }
    System.gc();
    System.out.flush();
    System.err.flush();
    send("POST", "/fogbank/checkpoint", new byte[0], null);
    socket.close();
    // A snapshot has no connections: this is what tells a restored process that it is one.
    Path restored = Path.of("/run/restored");
    while (!Files.exists(restored)) Thread.sleep(1);
    connect();
    exchange("GET", "restore/next", null, null);
    try {
      fogbank.crac.Core.getGlobalContext().afterRestore(null);
    } catch (Throwable failed) {
      giveUp("restore/error", failed, "Runtime.AfterRestoreError");
    }
  }

  private void giveUp(String path, Throwable failed, String type) throws IOException {
    Throwable cause = failed.getCause() != null ? failed.getCause() : failed;
    cause.printStackTrace();
    Map<String, Object> all = told(cause);
    all.put("errorType", type);
    exchange("POST", path, Beans.write(all).getBytes(StandardCharsets.UTF_8), type);
    System.exit(1);
  }

  private void serve(Handlers handler) throws IOException {
    Map<String, String> head = exchange("GET", "invocation/next", null, null);
    byte[] event = body;
    String id = head.get("lambda-runtime-aws-request-id");
    String trace = head.get("lambda-runtime-trace-id");
    if (trace == null) System.clearProperty("com.amazonaws.xray.traceHeader");
    else System.setProperty("com.amazonaws.xray.traceHeader", trace);
    byte[] answer;
    try {
      answer = handler.handle(event, Context.of(head));
    } catch (Throwable failed) {
      fail("invocation/" + id + "/error", failed, told(failed));
      // The machine may be in any state after an error of its own.
      if (failed instanceof VirtualMachineError) System.exit(1);
      return;
    }
    exchange("POST", "invocation/" + id + "/response", answer, null);
  }

  private void fail(String path, Throwable failed, Map<String, Object> told) throws IOException {
    failed.printStackTrace();
    System.err.flush();
    System.out.flush();
    exchange("POST", path, Beans.write(told).getBytes(StandardCharsets.UTF_8), failed.getClass().getName());
  }

  /** An error as AWS's runtime tells it. */
  private static Map<String, Object> told(Throwable failed) {
    Map<String, Object> all = new LinkedHashMap<>();
    boolean isClass = failed == missing && failed instanceof ClassNotFoundException;
    all.put("errorMessage", isClass ? "Class not found: " + failed.getMessage() : failed.getMessage());
    if (failed != missing || isClass) all.put("errorType", failed.getClass().getName());
    if (failed == missing) return all;
    // What lies below the handler is ours.
    StackTraceElement[] frames = failed.getStackTrace();
    int own = 0;
    while (own < frames.length && !frames[own].getClassName().startsWith("fogbank.")) own++;
    int end = own;
    while (end > 0 && frames[end - 1].getClassName().matches("(java|jdk)\\..*[rR]eflect.*")) end--;
    all.put("stackTrace", Arrays.stream(frames, 0, end).map(StackTraceElement::toString).toArray());
    return all;
  }

  /** Sends a request and reads its answer: the headers, by names in small letters; `body` is its body. */
  private Map<String, String> exchange(String method, String path, byte[] sent, String errorType) throws IOException {
    return send(method, runtime + path, sent, errorType);
  }

  private Map<String, String> send(String method, String path, byte[] sent, String errorType) throws IOException {
    StringBuilder head = new StringBuilder(method).append(' ').append(path).append(" HTTP/1.1\r\nHost: ").append(host).append("\r\n");
    if (errorType != null) head.append("Lambda-Runtime-Function-Error-Type: ").append(errorType).append("\r\n");
    if (sent != null) head.append("Content-Type: application/json\r\nContent-Length: ").append(sent.length).append("\r\n");
    byte[] first = head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    byte[] whole = sent == null ? first : Arrays.copyOf(first, first.length + sent.length);
    if (sent != null) System.arraycopy(sent, 0, whole, first.length, sent.length);
    out.write(whole);
    out.flush();
    line();
    Map<String, String> headers = new LinkedHashMap<>();
    for (String line = line(); !line.isEmpty(); line = line()) {
      int colon = line.indexOf(':');
      headers.put(line.substring(0, colon).toLowerCase(), line.substring(colon + 1).trim());
    }
    body = in.readNBytes(Integer.parseInt(headers.getOrDefault("content-length", "0")));
    return headers;
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) System.exit(0);
      if (c != '\r') line.append((char) c);
    }
    return line.toString();
  }
}
