"""Runs a Lambda function: asks for its assignment on descriptor 3, imports the handler as AWS's Python runtime does, then serves the Runtime API's loop."""
import decimal
import gc
import importlib
import json
import logging
import math
import os
import socket
import sys
import time
import traceback
import types

API = "/2018-06-01/runtime/"
NBSP = "\u00a0"


class Fault(Exception):
    def __init__(self, kind, message, trace=None):
        super().__init__(message)
        self.kind, self.message, self.trace = "Runtime." + kind, message, trace


class Channel:
    """Requests on the inherited descriptor; answers come in order, so those of posts are read before the next invocation's."""

    def __init__(self, address=None):
        if address:
            host, _, port = address.rpartition(":")
            self.socket = socket.create_connection((host, int(port)))
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        else:
            self.socket = socket.socket(fileno=3)
        self.socket.setblocking(True)
        self.file = self.socket.makefile("rb", 65536)
        self.unread = 0

    def close(self):
        self.file.close()
        self.socket.close()

    def answer(self):
        status = self.file.readline()
        if not status:
            os._exit(1)
        headers = {}
        while True:
            line = self.file.readline().rstrip(b"\r\n").decode("utf-8", "replace")
            if not line:
                break
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        return headers, self.file.read(int(headers.get("content-length", 0)))

    def get(self, path, before=b""):
        self.socket.sendall(before + ("GET %s HTTP/1.1\r\nHost: r\r\n\r\n" % path).encode())
        if before:
            self.answer()
        return self.answer()

    @staticmethod
    def post(path, body, headers=""):
        if isinstance(body, str):
            body = body.encode("utf-8", "surrogatepass")
        head = "POST %s HTTP/1.1\r\nHost: r\r\n%sContent-Length: %d\r\n\r\n" % (path, headers, len(body))
        return head.encode("latin1", "replace") + body


class Identity:
    cognito_identity_id = None
    cognito_identity_pool_id = None


class Bag:
    def __init__(self, names, values):
        for name in names:
            setattr(self, name, values.get(name))


class LambdaContext:
    def __init__(self, headers):
        env = os.environ.get
        self.aws_request_id = headers["lambda-runtime-aws-request-id"]
        self.log_group_name = env("AWS_LAMBDA_LOG_GROUP_NAME")
        self.log_stream_name = env("AWS_LAMBDA_LOG_STREAM_NAME")
        self.function_name = env("AWS_LAMBDA_FUNCTION_NAME")
        self.memory_limit_in_mb = env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")
        self.function_version = env("AWS_LAMBDA_FUNCTION_VERSION")
        self.invoked_function_arn = headers.get("lambda-runtime-invoked-function-arn")
        self.tenant_id = tenant_id
        self.client_context = None
        if headers.get("lambda-runtime-client-context"):
            given = json.loads(headers["lambda-runtime-client-context"])
            self.client_context = Bag(("custom", "env", "client"), given)
            if given.get("client") is not None:
                self.client_context.client = Bag(
                    ("installation_id", "app_title", "app_version_name", "app_version_code", "app_package_name"), given["client"])
        self.identity = Identity()
        if headers.get("lambda-runtime-cognito-identity"):
            given = json.loads(headers["lambda-runtime-cognito-identity"])
            self.identity.cognito_identity_id = given.get("cognitoIdentityId")
            self.identity.cognito_identity_pool_id = given.get("cognitoIdentityPoolId")
        self._deadline_ms = int(headers["lambda-runtime-deadline-ms"])

    def get_remaining_time_in_millis(self):
        return max(0, self._deadline_ms - int(time.time() * 1000))

    def log(self, message):
        frame(str(message))


def frame(message):
    data = message.encode("utf8", "replace")
    data = (0xA55A0003).to_bytes(4, "big") + len(data).to_bytes(4, "big") + (time.time_ns() // 1000).to_bytes(8, "big") + data
    while data:
        data = data[os.write(4, data):]


class FrameHandler(logging.Handler):
    def emit(self, record):
        record.aws_request_id = request_id
        frame(self.format(record))


RESERVED = set(vars(logging.makeLogRecord({}))) | {"aws_request_id", "message", "asctime", "taskName"}


class JsonFormatter(logging.Formatter):
    def format(self, record):
        kind, value, tb = record.exc_info or (None, None, None)
        line = {
            "timestamp": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created)) + ".%03dZ" % record.msecs,
            "level": record.levelname, "message": record.getMessage(), "logger": record.name,
            "stackTrace": traceback.format_tb(tb) if kind else None, "errorType": kind.__name__ if kind else None,
            "errorMessage": str(value) if kind else None, "requestId": record.aws_request_id, "tenantId": tenant_id,
            "location": "%s:%s:%s" % (record.pathname, record.funcName, record.lineno) if kind else None,
        }
        line.update((k, v) for k, v in vars(record).items() if k not in RESERVED and k not in line)
        return json.dumps({k: v for k, v in line.items() if v is not None}, ensure_ascii=False, default=str) + "\n"


def setup_logging():
    global json_logs
    json_logs = os.environ.get("AWS_LAMBDA_LOG_FORMAT", "").upper() == "JSON"
    level = os.environ.get("AWS_LAMBDA_LOG_LEVEL", "").upper().replace("TRACE", "DEBUG").replace("FATAL", "CRITICAL")
    logging.Formatter.converter = time.gmtime
    handler = FrameHandler()
    handler.setFormatter(JsonFormatter() if json_logs else logging.Formatter(
        "[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(aws_request_id)s\t%(message)s\n", "%Y-%m-%dT%H:%M:%S"))
    logging.getLogger().addHandler(handler)
    if level in ("DEBUG", "INFO", "WARN", "WARNING", "ERROR", "CRITICAL"):
        logging.getLogger().setLevel(level)


class Encoder(json.JSONEncoder):
    def default(self, value):
        if isinstance(value, decimal.Decimal):
            if value.is_nan():
                return math.nan
            return int(value) if value == value.to_integral_value() else float(value)
        return super().default(value)


def encode(value):
    return Encoder(ensure_ascii=os.environ.get("AWS_EXECUTION_ENV", "") in ("AWS_Lambda_python3.10", "AWS_Lambda_python3.11")).encode(value)


def load(handler):
    try:
        module_name, function = handler.rsplit(".", 1)
    except ValueError as error:
        raise Fault("MalformedHandlerName", "Bad handler '%s': %s" % (handler, error))
    try:
        if module_name.split(".")[0] in sys.builtin_module_names:
            raise Fault("BuiltInModuleConflict", "Cannot use built-in module %s as a handler module" % module_name)
        module = importlib.import_module(module_name.replace("/", "."))
    except ImportError as error:
        if error.name in ("boto3", "botocore"):
            frame("%s is neither in the package nor on this machine. Package it, or run on the machine: "
                  "pip install --target ~/.fogbank-sdk/python boto3" % error.name)
        raise Fault("ImportModuleError", "Unable to import module '%s': %s" % (module_name, error))
    except SyntaxError as error:
        trace = ['  File "%s" Line %s\n    %s' % (error.filename, error.lineno, error.text)]
        raise Fault("UserCodeSyntaxError", "Syntax error in module '%s': %s" % (module_name, error), trace)
    try:
        return getattr(module, function)
    except AttributeError:
        raise Fault("HandlerNotFound", "Handler '%s' missing on module '%s'" % (function, module_name))


def error_of(error):
    if isinstance(error, Fault):
        kind, message, trace = error.kind, error.message, error.trace or []
    else:
        frames = traceback.extract_tb(error.__traceback__)
        # The runtime's own frames come first and are not the function's business, nor are importlib's.
        ours = 0
        while ours < len(frames) and (frames[ours].filename == __file__):
            ours += 1
        kind, message, trace = type(error).__name__, str(error), traceback.format_list(frames[ours:])
    return {"errorMessage": message, "errorType": kind, "requestId": request_id, "stackTrace": trace}


def log_error(result):
    if json_logs:
        line = {"timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), "level": "ERROR"}
        return frame(json.dumps({**line, **result}))
    lines = ["[ERROR] " + result["errorType"] + (": " + result["errorMessage"] if result["errorMessage"] else ""), "Traceback (most recent call last):"]
    for element in result["stackTrace"]:
        for line in element.splitlines() or [""]:
            bare = line.lstrip(" ")
            lines.append(NBSP * (len(line) - len(bare)) + bare)
    frame("\n".join(lines))


def failure(path, error):
    result = error_of(error)
    log_error(result)
    return Channel.post(path, json.dumps(result), "Content-Type: application/json\r\nLambda-Runtime-Function-Error-Type: %s\r\n" % result["errorType"])


def invoke(handler, headers, body):
    global request_id, tenant_id
    request_id = headers["lambda-runtime-aws-request-id"]
    tenant_id = headers.get("lambda-runtime-aws-tenant-id")
    if headers.get("lambda-runtime-trace-id"):
        os.environ["_X_AMZN_TRACE_ID"] = headers["lambda-runtime-trace-id"]
    else:
        os.environ.pop("_X_AMZN_TRACE_ID", None)
    path = API + "invocation/" + request_id
    try:
        try:
            event = json.loads(body)
        except Exception as error:
            raise Fault("UnmarshalError", "Unable to unmarshal input: %s" % error)
        result = handler(event, LambdaContext(headers))
        if isinstance(result, bytes):
            return Channel.post(path + "/response", result, "Content-Type: application/unknown\r\n")
        try:
            text = encode(result)
        except Exception as error:
            raise Fault("MarshalError", "Unable to marshal response: %s" % error)
        return Channel.post(path + "/response", text, "Content-Type: application/json\r\n")
    except Exception as error:
        return failure(path + "/error", error)


class Hooks:
    """What a function wants done around its snapshot; the module snapshot_restore_py, as AWS's runtimes have it."""

    def __init__(self):
        self.before, self.after = [], []
        module = types.ModuleType("snapshot_restore_py", "Hooks around the snapshots of Lambda SnapStart.")
        module.register_before_snapshot = self.adds(self.before)
        module.register_after_restore = self.adds(self.after)
        module.get_before_snapshot = lambda: self.before
        module.get_after_restore = lambda: self.after
        sys.modules["snapshot_restore_py"] = module

    @staticmethod
    def adds(hooks):
        def register(func, *args, **kwargs):
            hooks.append((func, args, kwargs))
            return func
        return register


def end_connections():
    """A snapshot has no connections. Those that init left open are ended, as by the other side: who uses one reads its end."""
    for name in os.listdir("/proc/self/fd"):
        try:
            if not os.readlink("/proc/self/fd/" + name).startswith("socket:"):
                continue
            found = socket.socket(fileno=os.dup(int(name)))
            connected = found.family in (socket.AF_INET, socket.AF_INET6) and not found.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)
            found.close()
            if connected:
                ended, other = socket.socketpair()
                other.close()
                os.dup2(ended.fileno(), int(name), os.get_inheritable(int(name)))
                ended.close()
        except OSError:
            pass


def wait_for_restore(channel, hooks):
    """The function is ready: it becomes a snapshot here, and goes on where it is restored. Answers its new channel."""
    address = os.environ["AWS_LAMBDA_RUNTIME_API"]
    try:
        # The last that was registered comes first.
        while hooks.before:
            func, args, kwargs = hooks.before.pop()
            func(*args, **kwargs)
    except Exception as error:
        give_up(channel, API + "init/error", error, "Runtime.BeforeSnapshotError")
    sys.stdout.flush()
    sys.stderr.flush()
    gc.collect()
    channel.socket.sendall(Channel.post("/fogbank/checkpoint", b""))
    channel.answer()
    channel.close()
    end_connections()
    # A snapshot has no connections: this is what tells a restored process that it is one.
    while not os.path.exists("/run/restored"):
        time.sleep(0.001)
    # What was drawn so far is in all that come from this snapshot.
    if "random" in sys.modules:
        sys.modules["random"].seed()
    channel = Channel(address)
    channel.get(API + "restore/next")
    try:
        for func, args, kwargs in hooks.after:
            func(*args, **kwargs)
    except Exception as error:
        give_up(channel, API + "restore/error", error, "Runtime.AfterRestoreError")
    return channel


def give_up(channel, path, error, kind):
    result = error_of(error)
    result["errorType"] = kind
    log_error(result)
    channel.socket.sendall(Channel.post(path, json.dumps(result), "Content-Type: application/json\r\nLambda-Runtime-Function-Error-Type: %s\r\n" % kind))
    channel.answer()
    sys.exit(1)


request_id = ""
tenant_id = None
json_logs = False


def main():
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(line_buffering=True, write_through=True, errors="replace")
    channel = Channel()
    os.set_inheritable(3, False)
    os.set_inheritable(4, False)
    assignment = json.loads(channel.get("/fogbank/assignment")[1])
    snapshot = assignment.get("snapshot")
    os.environ.update(assignment["environment"])
    if "handler" in assignment:
        os.environ["_HANDLER"] = assignment["handler"]
    time.tzset()
    root, layers = assignment["taskRoot"], assignment["layersRoot"]
    version = "python%d.%d" % sys.version_info[:2]
    # The folder of this file came first by itself; the function must not import from it.
    sys.path[0:1] = [root, layers + "/python/lib/" + version + "/site-packages", layers + "/python"]
    if assignment.get("sdkRoot"):
        sys.path.append(assignment["sdkRoot"] + "/python")
    os.chdir(root)
    setup_logging()
    hooks = Hooks()
    if snapshot:
        channel.close()
        channel = Channel(os.environ["AWS_LAMBDA_RUNTIME_API"])
    try:
        handler = load(os.environ["_HANDLER"])
    except Exception as error:
        channel.socket.sendall(failure(API + "init/error", error))
        channel.answer()
        sys.exit(1)
    if snapshot:
        channel = wait_for_restore(channel, hooks)
    answer = b""
    while True:
        headers, body = channel.get(API + "invocation/next", answer)
        answer = invoke(handler, headers, body)


main()
