package io.rdpg.plan.cli;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The process's signals. A shutdown hook sees one interrupt only, and none sees SIGWINCH, so this
 * is {@code sun.misc.Signal} of the module {@code jdk.unsupported}: exported, but javac warns of
 * its name in a way that can't be turned off, which is why it is a string here.
 */
final class Signals {
  private Signals() {}

  /**
   * Runs {@code first} at the first SIGINT, SIGTERM or SIGHUP, {@code then} at each later one, on
   * threads of the JVM's. What the process was started to ignore, as by {@code nohup}, it ignores.
   */
  static void onInterrupt(Runnable first, Runnable then) {
    AtomicBoolean seen = new AtomicBoolean();
    for (String name : List.of("INT", "TERM", "HUP")) {
      handle(name, () -> (seen.compareAndSet(false, true) ? first : then).run());
    }
  }

  /** Runs this when the terminal's size has changed. */
  static void onResize(Runnable action) {
    handle("WINCH", action);
  }

  private static void handle(String name, Runnable action) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      MethodHandle run =
          MethodHandles.publicLookup()
              .findVirtual(Runnable.class, "run", MethodType.methodType(void.class))
              .bindTo(action);
      Object runs =
          MethodHandleProxies.asInterfaceInstance(
              handler, MethodHandles.dropArguments(run, 0, signal));
      signal
          .getMethod("handle", signal, handler)
          .invoke(null, signal.getConstructor(String.class).newInstance(name), runs);
    } catch (ReflectiveOperationException | IllegalArgumentException notOnThisJvm) {
      // The JVM's default remains: it ends at once, and Consul frees the lock by itself.
    }
  }
}
