package net.facteur.server.language;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.Map;

/// Makes the interfaces work in which packages name what they say.
public final class Texts {
  private static final InvocationHandler SAY =
      (_, method, values) -> new Text.Said(key(method), named(method, values));

  private Texts() {}

  /// The texts of a package.
  ///
  /// @param type an interface whose methods return [Text]; the package's last name and the method's
  ///   make the key
  public static <T> T of(Class<T> type) {
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, SAY));
  }

  /// What the bundles call a text, such as `dsn.greeting`.
  static String key(Method method) {
    String home = method.getDeclaringClass().getPackageName();
    return home.substring(home.lastIndexOf('.') + 1) + "." + method.getName();
  }

  private static Map<String, Object> named(Method method, Object[] values) {
    Map<String, Object> named = new HashMap<>();
    Parameter[] parameters = method.getParameters();
    for (int i = 0; i < parameters.length; i++) {
      named.put(parameters[i].getName(), values[i]);
    }
    return named;
  }
}
