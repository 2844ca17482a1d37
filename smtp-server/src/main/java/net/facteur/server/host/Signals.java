package net.facteur.server.host;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// Signals of the operating system. Java has no public way to receive them, so the class that every
/// JDK has in `jdk.unsupported` is looked up by name; where it is missing, the control socket still
/// does the same.
public final class Signals {
  private static final Logger LOG = LogManager.getLogger(Signals.class);

  private Signals() {}

  /// Has `action` run each time the signal comes.
  ///
  /// @param name without SIG, such as `HUP`
  public static void on(String name, Runnable action) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object proxy =
          Proxy.newProxyInstance(
              Signals.class.getClassLoader(),
              new Class<?>[] {handler},
              (self, method, arguments) ->
                  switch (method.getName()) {
                    case "handle" -> {
                      Thread.ofPlatform().name("facteur-signal-" + name).start(action);
                      yield null;
                    }
                    case "hashCode" -> System.identityHashCode(self);
                    case "equals" ->
                        System.identityHashCode(self) == System.identityHashCode(arguments[0]);
                    default -> name;
                  });
      Object before =
          signal
              .getMethod("handle", signal, handler)
              .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
      if (handler.getField("SIG_IGN").get(null).equals(before)) {
        // nohup does that, and Java then leaves it so.
        LOG.warn("SIG{} was ignored from the start and stays so; use the control socket", name);
      }
    } catch (ClassNotFoundException
        | NoSuchFieldException
        | NoSuchMethodException
        | IllegalAccessException
        | InstantiationException
        | InvocationTargetException e) {
      LOG.warn("SIG{} is not handled; use the control socket: {}", name, e.toString());
    }
  }
}
