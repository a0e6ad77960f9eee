package fogbank;

import java.lang.reflect.Proxy;
import java.util.Map;

/** Speaks the interfaces of aws-lambda-java-core, which the function's package carries or does not need. */
final class Context {
  private static final String core = "com.amazonaws.services.lambda.runtime.";

  private Context() {}

  /** com.amazonaws.services.lambda.runtime.Context; null where the package has it not. */
  static Class<?> type() {
    return interfaceOf("Context");
  }

  private static Class<?> interfaceOf(String name) {
    try {
      return Class.forName(core + name, false, ClassLoader.getSystemClassLoader());
    } catch (ClassNotFoundException none) {
      return null;
    }
  }

  private interface Answers {
    Object get(String method, Object[] arguments);
  }

  private static Object speaking(Class<?> type, Answers answers) {
    return Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
      if (method.getDeclaringClass() == Object.class) {
        return method.getName().equals("equals") ? proxy == arguments[0] : method.getName().equals("hashCode") ? System.identityHashCode(proxy) : type.getName();
      }
      return answers.get(method.getName(), arguments);
    });
  }

  /** `head`: the headers of the invocation, their names in small letters. */
  static Object of(Map<String, String> head) {
    Class<?> type = type();
    if (type == null) return null;
    long deadline = Long.parseLong(head.get("lambda-runtime-deadline-ms"));
    Object logger = speaking(interfaceOf("LambdaLogger"), (method, arguments) -> log(arguments[0]));
    Object identity = identity(head.get("lambda-runtime-cognito-identity"));
    Object client = client(head.get("lambda-runtime-client-context"));
    return speaking(type, (method, arguments) -> {
      switch (method) {
        case "getAwsRequestId": return head.get("lambda-runtime-aws-request-id");
        case "getInvokedFunctionArn": return head.get("lambda-runtime-invoked-function-arn");
        case "getTenantId": return head.get("lambda-runtime-aws-tenant-id");
        case "getXrayTraceId": return head.get("lambda-runtime-trace-id");
        case "getLogGroupName": return System.getenv("AWS_LAMBDA_LOG_GROUP_NAME");
        case "getLogStreamName": return System.getenv("AWS_LAMBDA_LOG_STREAM_NAME");
        case "getFunctionName": return System.getenv("AWS_LAMBDA_FUNCTION_NAME");
        case "getFunctionVersion": return System.getenv("AWS_LAMBDA_FUNCTION_VERSION");
        case "getMemoryLimitInMB": return Integer.parseInt(System.getenv("AWS_LAMBDA_FUNCTION_MEMORY_SIZE"));
        case "getRemainingTimeInMillis": return (int) Math.max(0, deadline - System.currentTimeMillis());
        case "getLogger": return logger;
        case "getIdentity": return identity;
        case "getClientContext": return client;
        default: return null;
      }
    });
  }

  private static Object log(Object message) {
    String text = message instanceof byte[] ? new String((byte[]) message, java.nio.charset.StandardCharsets.UTF_8) : String.valueOf(message);
    System.out.print(text.endsWith("\n") ? text : text + "\n");
    System.out.flush();
    return null;
  }

  private static Object identity(String text) {
    if (text == null) return null;
    Map<?, ?> known = (Map<?, ?>) Json.read(text);
    return speaking(interfaceOf("CognitoIdentity"), (method, arguments) -> known.get(method.equals("getIdentityId") ? "cognitoIdentityId" : "cognitoIdentityPoolId"));
  }

  private static Object client(String text) {
    if (text == null) return null;
    Map<?, ?> known = (Map<?, ?>) Json.read(text);
    Object facts = known.get("client");
    Object client = facts == null ? null : speaking(interfaceOf("Client"), (method, arguments) -> ((Map<?, ?>) facts).get(clientName(method)));
    return speaking(interfaceOf("ClientContext"), (method, arguments) ->
      method.equals("getClient") ? client : known.get(method.equals("getCustom") ? "custom" : "env"));
  }

  private static String clientName(String method) {
    switch (method) {
      case "getInstallationId": return "installation_id";
      case "getAppTitle": return "app_title";
      case "getAppVersionName": return "app_version_name";
      case "getAppVersionCode": return "app_version_code";
      default: return "app_package_name";
    }
  }
}
