package fogbank;

import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.Date;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Turns what JSON holds into the type of a handler's event, and what a handler answers into JSON, as the Java runtime of AWS does: setters and getters by
 * bean naming, public fields, records; unknown properties are passed over, null ones are not written.
 */
final class Beans {
  /** Above this a time is in milliseconds: events of streams have theirs in seconds. */
  private static final double secondsMax = 1e11;

  private Beans() {}

  static Object bind(Object value, Type type) {
    if (value == null) return type instanceof Class<?> && ((Class<?>) type).isPrimitive() && type != void.class ? zero((Class<?>) type) : null;
    if (type instanceof ParameterizedType) {
      ParameterizedType generic = (ParameterizedType) type;
      return bind(value, (Class<?>) generic.getRawType(), generic.getActualTypeArguments());
    }
    if (type instanceof GenericArrayType) return array(value, ((GenericArrayType) type).getGenericComponentType(), raw(type).getComponentType());
    if (type instanceof WildcardType) return bind(value, ((WildcardType) type).getUpperBounds()[0]);
    if (type instanceof TypeVariable) return bind(value, ((TypeVariable<?>) type).getBounds()[0]);
    return bind(value, (Class<?>) type, new Type[0]);
  }

  static Class<?> raw(Type type) {
    if (type instanceof Class) return (Class<?>) type;
    if (type instanceof ParameterizedType) return raw(((ParameterizedType) type).getRawType());
    if (type instanceof GenericArrayType) return Array.newInstance(raw(((GenericArrayType) type).getGenericComponentType()), 0).getClass();
    return Object.class;
  }

  private static Object zero(Class<?> primitive) {
    return Array.get(Array.newInstance(primitive, 1), 0);
  }

  private static Object bind(Object value, Class<?> type, Type[] of) {
    if (type == Object.class) return value;
    if (type == String.class || type == CharSequence.class) return text(value);
    if (type.isPrimitive() || Number.class.isAssignableFrom(type) || type == Boolean.class || type == Character.class) return scalar(value, type);
    if (type.isEnum()) return constant(type, text(value));
    if (type == byte[].class) return Base64.getDecoder().decode(text(value));
    if (type == ByteBuffer.class) return ByteBuffer.wrap(Base64.getDecoder().decode(text(value)));
    if (type.isArray()) return array(value, type.getComponentType(), type.getComponentType());
    if (Map.class.isAssignableFrom(type)) return map(value, type, of.length == 2 ? of[0] : Object.class, of.length == 2 ? of[1] : Object.class);
    if (Collection.class.isAssignableFrom(type)) return collection(value, type, of.length == 1 ? of[0] : Object.class);
    if (type == Optional.class) return Optional.ofNullable(bind(value, of.length == 1 ? of[0] : Object.class));
    if (type == Date.class) return value instanceof Number ? new Date(millis((Number) value)) : Date.from(java.time.OffsetDateTime.parse(text(value)).toInstant());
    if (!(value instanceof Map)) return fromText(value, type);
    Map<?, ?> members = (Map<?, ?>) value;
    return type.isRecord() ? record(members, type) : bean(members, type, of);
  }

  private static String text(Object value) {
    if (value instanceof Map || value instanceof List) throw new IllegalArgumentException("Cannot read a String from " + write(value));
    return String.valueOf(value);
  }

  private static long millis(Number time) {
    return Math.round(time.doubleValue() < secondsMax ? time.doubleValue() * 1000 : time.doubleValue());
  }

  private static Object scalar(Object value, Class<?> type) {
    if (type == boolean.class || type == Boolean.class) return value instanceof Boolean ? value : Boolean.valueOf(text(value));
    if (type == char.class || type == Character.class) return text(value).charAt(0);
    BigDecimal number = new BigDecimal(text(value));
    if (type == int.class || type == Integer.class) return number.intValue();
    if (type == long.class || type == Long.class) return number.longValue();
    if (type == double.class || type == Double.class) return number.doubleValue();
    if (type == float.class || type == Float.class) return number.floatValue();
    if (type == short.class || type == Short.class) return number.shortValue();
    if (type == byte.class || type == Byte.class) return number.byteValue();
    if (type == BigInteger.class) return number.toBigInteger();
    return type == BigDecimal.class ? number : value;
  }

  private static Object constant(Class<?> type, String name) {
    for (Object constant : type.getEnumConstants()) if (((Enum<?>) constant).name().equals(name)) return constant;
    throw new IllegalArgumentException("No enum constant " + type.getCanonicalName() + "." + name);
  }

  private static Object array(Object value, Type component, Class<?> raw) {
    List<?> list = list(value);
    Object array = Array.newInstance(raw, list.size());
    for (int i = 0; i < list.size(); i++) Array.set(array, i, bind(list.get(i), component));
    return array;
  }

  private static List<?> list(Object value) {
    if (value instanceof List) return (List<?>) value;
    throw new IllegalArgumentException("Cannot read a list from " + write(value));
  }

  @SuppressWarnings("unchecked")
  private static Object collection(Object value, Class<?> type, Type of) {
    Collection<Object> all = type.isInterface() || Modifier.isAbstract(type.getModifiers())
      ? Set.class.isAssignableFrom(type) ? new LinkedHashSet<>() : new ArrayList<>() : (Collection<Object>) make(type);
    for (Object each : list(value)) all.add(bind(each, of));
    return all;
  }

  @SuppressWarnings("unchecked")
  private static Object map(Object value, Class<?> type, Type key, Type of) {
    if (!(value instanceof Map)) throw new IllegalArgumentException("Cannot read a map from " + write(value));
    boolean isOpen = type.isInterface() || Modifier.isAbstract(type.getModifiers());
    Map<Object, Object> all = isOpen ? new LinkedHashMap<>() : (Map<Object, Object>) make(type);
    for (Map.Entry<?, ?> entry : ((Map<?, ?>) value).entrySet()) all.put(bind(entry.getKey(), key), bind(entry.getValue(), of));
    return all;
  }

  /** A type with a constructor or a factory of a string, such as times. */
  private static Object fromText(Object value, Class<?> type) {
    for (String factory : new String[] {"parse", "valueOf", "fromString"}) {
      for (Class<?> parameter : new Class<?>[] {CharSequence.class, String.class}) {
        try {
          Method method = type.getMethod(factory, parameter);
          if (Modifier.isStatic(method.getModifiers()) && type.isAssignableFrom(method.getReturnType())) return method.invoke(null, text(value));
        } catch (NoSuchMethodException none) {
          continue;
        } catch (ReflectiveOperationException wrong) {
          throw new IllegalArgumentException("Cannot read a " + type.getName() + " from " + write(value), cause(wrong));
        }
      }
    }
    try {
      return type.getConstructor(String.class).newInstance(text(value));
    } catch (ReflectiveOperationException wrong) {
      throw new IllegalArgumentException("Cannot read a " + type.getName() + " from " + write(value));
    }
  }

  private static Throwable cause(ReflectiveOperationException wrong) {
    return wrong instanceof InvocationTargetException ? wrong.getCause() : wrong;
  }

  private static Object record(Map<?, ?> members, Class<?> type) {
    RecordComponent[] components = type.getRecordComponents();
    Class<?>[] types = new Class<?>[components.length];
    Object[] values = new Object[components.length];
    for (int i = 0; i < components.length; i++) {
      types[i] = components[i].getType();
      values[i] = bind(members.get(components[i].getName()), components[i].getGenericType());
    }
    try {
      Constructor<?> constructor = type.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return constructor.newInstance(values);
    } catch (ReflectiveOperationException wrong) {
      throw new IllegalArgumentException("Cannot make a " + type.getName(), cause(wrong));
    }
  }

  /** One place of a bean that takes a property: a setter or a field. */
  private interface Setter {
    void set(Object bean, Object value, Map<TypeVariable<?>, Type> arguments) throws ReflectiveOperationException;
  }

  private static final Map<Class<?>, Map<String, Setter>> setters = new ConcurrentHashMap<>();

  private static Object bean(Map<?, ?> members, Class<?> type, Type[] of) {
    Object bean = make(type);
    Map<String, Setter> known = setters.computeIfAbsent(type, Beans::settersOf);
    Map<TypeVariable<?>, Type> arguments = new HashMap<>();
    for (int i = 0; i < of.length; i++) arguments.put(type.getTypeParameters()[i], of[i]);
    for (Map.Entry<?, ?> member : members.entrySet()) {
      String name = (String) member.getKey();
      Setter setter = known.containsKey(name) ? known.get(name) : known.get(name.toLowerCase().replace("-", ""));
      if (setter == null) continue;
      try {
        setter.set(bean, member.getValue(), arguments);
      } catch (ReflectiveOperationException wrong) {
        throw new IllegalArgumentException("Cannot set " + name + " of " + type.getName(), cause(wrong));
      }
    }
    return bean;
  }

  /** By the property's name, by what follows `set`, and by either in small letters: events of AWS write `Records`, `eventSourceARN`, `NewImage`, `detail-type`. */
  private static Map<String, Setter> settersOf(Class<?> type) {
    Map<String, Setter> found = new HashMap<>();
    for (Class<?> at = type; at != null && at != Object.class; at = at.getSuperclass()) {
      for (Field field : at.getDeclaredFields()) {
        if (Modifier.isStatic(field.getModifiers()) || field.isSynthetic()) continue;
        // A private field serves where nothing else takes the property: some events of AWS have constructors only.
        Setter setter = (bean, value, arguments) -> {
          field.setAccessible(true);
          field.set(bean, bind(value, resolved(field.getGenericType(), arguments)));
        };
        if (Modifier.isPublic(field.getModifiers())) found.put(field.getName(), setter);
        found.putIfAbsent(field.getName().toLowerCase(), setter);
      }
    }
    for (Method method : type.getMethods()) {
      String name = method.getName();
      if (name.length() < 4 || !name.startsWith("set") || method.getParameterCount() != 1 || Modifier.isStatic(method.getModifiers()) || method.isBridge()) continue;
      method.setAccessible(true);
      Setter setter = (bean, value, arguments) -> method.invoke(bean, bind(value, resolved(method.getGenericParameterTypes()[0], arguments)));
      String property = name.substring(3);
      found.put(decapitalized(property), setter);
      found.put(property, setter);
      found.put(property.toLowerCase(), setter);
    }
    return found;
  }

  private static Type resolved(Type type, Map<TypeVariable<?>, Type> arguments) {
    return type instanceof TypeVariable && arguments.containsKey(type) ? arguments.get(type) : type;
  }

  private static String decapitalized(String name) {
    // As the names of beans have it: an acronym stays as it is.
    boolean isAcronym = name.length() > 1 && Character.isUpperCase(name.charAt(0)) && Character.isUpperCase(name.charAt(1));
    return isAcronym ? name : Character.toLowerCase(name.charAt(0)) + name.substring(1);
  }

  private static Object make(Class<?> type) {
    try {
      Constructor<?> constructor = type.getDeclaredConstructor();
      constructor.setAccessible(true);
      return constructor.newInstance();
    } catch (NoSuchMethodException none) {
      return withoutConstructor(type);
    } catch (ReflectiveOperationException wrong) {
      throw new IllegalArgumentException("Cannot make a " + type.getName(), cause(wrong));
    }
  }

  private static Object withoutConstructor(Class<?> type) {
    try {
      Field unsafe = Class.forName("sun.misc.Unsafe").getDeclaredField("theUnsafe");
      unsafe.setAccessible(true);
      return unsafe.getType().getMethod("allocateInstance", Class.class).invoke(unsafe.get(null), type);
    } catch (ReflectiveOperationException wrong) {
      throw new IllegalArgumentException("Cannot make a " + type.getName() + ": it has no constructor without parameters");
    }
  }

  static String write(Object value) {
    StringBuilder out = new StringBuilder();
    write(out, value);
    return out.toString();
  }

  private static void write(StringBuilder out, Object value) {
    if (value == null) out.append("null");
    else if (value instanceof Number) Json.number(out, (Number) value);
    else if (value instanceof Boolean) out.append(value);
    else if (value instanceof CharSequence || value instanceof Character || value instanceof java.util.UUID || value instanceof java.net.URI) Json.quote(out, value.toString());
    else if (value instanceof Enum) Json.quote(out, ((Enum<?>) value).name());
    else if (value instanceof Optional) write(out, ((Optional<?>) value).orElse(null));
    else if (value instanceof Map) members(out, (Map<?, ?>) value);
    else if (value instanceof Iterable) elements(out, ((Iterable<?>) value).iterator());
    else if (value instanceof byte[]) Json.quote(out, Base64.getEncoder().encodeToString((byte[]) value));
    else if (value instanceof ByteBuffer) Json.quote(out, new String(Base64.getEncoder().encode(((ByteBuffer) value).duplicate()).array()));
    else if (value instanceof Date) out.append(((Date) value).getTime());
    else if (value.getClass().isArray()) {
      List<Object> list = new ArrayList<>();
      for (int i = 0; i < Array.getLength(value); i++) list.add(Array.get(value, i));
      elements(out, list.iterator());
    } else if (value.getClass().getName().startsWith("java.time.") || value.getClass().getName().startsWith("org.joda.time.")) Json.quote(out, value.toString());
    else members(out, properties(value));
  }

  private static void elements(StringBuilder out, java.util.Iterator<?> all) {
    out.append('[');
    while (all.hasNext()) {
      write(out, all.next());
      if (all.hasNext()) out.append(',');
    }
    out.append(']');
  }

  private static void members(StringBuilder out, Map<?, ?> members) {
    out.append('{');
    String comma = "";
    for (Map.Entry<?, ?> member : members.entrySet()) {
      out.append(comma);
      Json.quote(out, String.valueOf(member.getKey()));
      out.append(':');
      write(out, member.getValue());
      comma = ",";
    }
    out.append('}');
  }

  private static final Map<Class<?>, Map<String, Object>> getters = new ConcurrentHashMap<>();

  private static Map<String, Object> properties(Object bean) {
    Map<String, Object> all = new LinkedHashMap<>();
    getters.computeIfAbsent(bean.getClass(), Beans::gettersOf).forEach((name, getter) -> {
      try {
        Object value = getter instanceof Field ? ((Field) getter).get(bean) : ((Method) getter).invoke(bean);
        if (value != null) all.put(name, value);
      } catch (ReflectiveOperationException wrong) {
        throw new IllegalArgumentException("Cannot read " + name + " of " + bean.getClass().getName(), cause(wrong));
      }
    });
    return all;
  }

  /** In the order in which the class declares its fields, as far as it has one of the name. */
  private static Map<String, Object> gettersOf(Class<?> type) {
    Map<String, Object> found = new LinkedHashMap<>();
    for (Class<?> at = type; at != null && at != Object.class; at = at.getSuperclass()) {
      for (Field field : at.getDeclaredFields()) {
        if (Modifier.isStatic(field.getModifiers()) || field.isSynthetic()) continue;
        found.putIfAbsent(field.getName(), Modifier.isPublic(field.getModifiers()) && !Modifier.isTransient(field.getModifiers()) ? field : null);
      }
    }
    if (type.isRecord()) {
      for (RecordComponent component : type.getRecordComponents()) found.put(component.getName(), open(component.getAccessor()));
    }
    for (Method method : type.getMethods()) {
      String property = propertyOf(method);
      if (property != null && !Modifier.isStatic(method.getModifiers()) && !method.isBridge()) found.put(property, open(method));
    }
    found.values().removeIf(java.util.Objects::isNull);
    return found;
  }

  private static Method open(Method method) {
    method.setAccessible(true);
    return method;
  }

  private static String propertyOf(Method method) {
    String name = method.getName();
    if (method.getParameterCount() > 0 || method.getReturnType() == void.class || method.getDeclaringClass() == Object.class) return null;
    if (name.startsWith("get") && name.length() > 3) return decapitalized(name.substring(3));
    boolean isBoolean = method.getReturnType() == boolean.class || method.getReturnType() == Boolean.class;
    return isBoolean && name.startsWith("is") && name.length() > 2 ? decapitalized(name.substring(2)) : null;
  }
}
