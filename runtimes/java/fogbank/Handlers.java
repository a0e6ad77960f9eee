package fogbank;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;

/** Finds what `package.Class::method`, or `package.Class` of one that implements an interface of aws-lambda-java-core, means. */
interface Handlers {
  byte[] handle(byte[] event, Object context) throws Throwable;

  static Handlers load(String handler, Class<?> contextType) throws Throwable {
    int at = handler.indexOf("::");
    String className = at < 0 ? handler : handler.substring(0, at);
    Class<?> type;
    try {
      type = Class.forName(className, true, ClassLoader.getSystemClassLoader());
    } catch (ClassNotFoundException none) {
      throw new ClassNotFoundException(className);
    } catch (ExceptionInInitializerError failed) {
      throw failed.getCause();
    }
    String name = at < 0 ? "handleRequest" : handler.substring(at + 2);
    Method method = Arrays.stream(type.getMethods()).filter(each -> each.getName().equals(name) && !each.isBridge() && each.getParameterCount() <= 3)
      .filter(each -> hasGoodParameters(each, contextType))
      // The one that takes most wins, as at AWS.
      .max(Comparator.comparingInt(Method::getParameterCount).thenComparing(each -> isLast(each, contextType)))
      .orElseThrow(() -> new NoSuchMethodException("No public method named " + name + " with appropriate method signature found on class " + type.getName()));
    method.setAccessible(true);
    Object instance = Modifier.isStatic(method.getModifiers()) ? null : instanceOf(type);
    Type[] types = method.getGenericParameterTypes();
    for (int i = 0; i < types.length; i++) types[i] = declared(types[i], type, method, i);
    return isStream(method) ? streams(method, instance) : plain(method, instance, types, contextType);
  }

  private static boolean isStream(Method method) {
    Class<?>[] types = method.getParameterTypes();
    return types.length >= 2 && types[0] == InputStream.class && types[1] == OutputStream.class;
  }

  private static boolean isLast(Method method, Class<?> contextType) {
    int count = method.getParameterCount();
    return count > 0 && method.getParameterTypes()[count - 1] == contextType;
  }

  private static boolean hasGoodParameters(Method method, Class<?> contextType) {
    int count = method.getParameterCount();
    return isStream(method) ? count == 2 || isLast(method, contextType) : count < 2 || (count == 2 && isLast(method, contextType));
  }

  private static Object instanceOf(Class<?> type) throws Throwable {
    try {
      return type.getConstructor().newInstance();
    } catch (InvocationTargetException failed) {
      throw failed.getCause();
    } catch (NoSuchMethodException none) {
      throw new NoSuchMethodException("Class " + type.getName() + " has no public zero-argument constructor");
    }
  }

  /** The type that a generic superclass or interface, such as RequestHandler, gives to its variable. */
  private static Type declared(Type type, Class<?> of, Method method, int at) {
    if (!(type instanceof java.lang.reflect.TypeVariable)) return type;
    for (Class<?> each = of; each != null; each = each.getSuperclass()) {
      for (Type generic : each.getGenericInterfaces()) if (isOf(generic, method)) return ((ParameterizedType) generic).getActualTypeArguments()[at];
      if (isOf(each.getGenericSuperclass(), method)) return ((ParameterizedType) each.getGenericSuperclass()).getActualTypeArguments()[at];
    }
    return type;
  }

  private static boolean isOf(Type generic, Method method) {
    return generic instanceof ParameterizedType && Beans.raw(generic) == method.getDeclaringClass();
  }

  private static Handlers streams(Method method, Object instance) {
    return (event, context) -> {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      InputStream in = new ByteArrayInputStream(event);
      invoke(method, instance, method.getParameterCount() == 3 ? new Object[] {in, out, context} : new Object[] {in, out});
      return out.toByteArray();
    };
  }

  private static Handlers plain(Method method, Object instance, Type[] types, Class<?> contextType) {
    boolean takesContext = types.length > 0 && types[types.length - 1] == contextType && contextType != null;
    boolean takesEvent = types.length - (takesContext ? 1 : 0) > 0;
    return (event, context) -> {
      Object[] arguments = new Object[types.length];
      if (takesContext) arguments[types.length - 1] = context;
      if (takesEvent) arguments[0] = types[0] == InputStream.class ? new ByteArrayInputStream(event) : read(event, types[0]);
      Object answer = invoke(method, instance, arguments);
      return (method.getReturnType() == void.class ? "null" : Beans.write(answer)).getBytes(StandardCharsets.UTF_8);
    };
  }

  private static Object read(byte[] event, Type type) {
    try {
      return Beans.bind(event.length == 0 ? null : Json.read(new String(event, StandardCharsets.UTF_8)), type);
    } catch (IllegalArgumentException wrong) {
      throw new RuntimeException("An error occurred during JSON parsing", wrong);
    }
  }

  private static Object invoke(Method method, Object instance, Object[] arguments) throws Throwable {
    try {
      return method.invoke(instance, arguments);
    } catch (InvocationTargetException failed) {
      throw failed.getCause();
    }
  }
}
