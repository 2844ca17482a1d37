package net.facteur.server.host;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// What a service manager wants to know of a service: that it is ready, reads its settings again,
/// stops, or needs longer than was thought. It gets each as a datagram, at the unix domain socket
/// that it names in the environment. Where it names none, nobody is told.
///
/// Java has no such datagrams, and the native code of Netty, which has, cannot be unpacked
/// everywhere: so this calls the system itself. What goes wrong is logged, and stops nothing.
///
/// @spec https://www.freedesktop.org/software/systemd/man/latest/sd_notify.html sd_notify(3)
public final class NotifySocket {
  private static final Logger LOG = LogManager.getLogger(NotifySocket.class);

  /// Nobody waits.
  public static final NotifySocket NONE = new NotifySocket(Optional.empty(), () -> 0);

  private static final String VARIABLE = "NOTIFY_SOCKET";

  /// The longest status, in characters.
  private static final int LONGEST = 500;

  /// What stands for the address in the call: `struct sockaddr_un` of Linux, with its `sun_path`.
  private static final int FAMILY_OCTETS = 2;

  private static final int PATH_OCTETS = 108;
  private static final short AF_UNIX = 1;
  private static final int SOCK_DGRAM_CLOEXEC = 2 | 0x80000;
  private static final int MSG_NOSIGNAL = 0x4000;

  private final Optional<byte[]> path;
  private final LongSupplier nanoseconds;

  private NotifySocket(Optional<byte[]> path, LongSupplier nanoseconds) {
    this.path = path;
    this.nanoseconds = nanoseconds;
  }

  /// What the environment of this process names.
  ///
  /// @param nanoseconds the monotonic clock of the system
  public static NotifySocket of(Map<String, String> environment, LongSupplier nanoseconds) {
    String named = environment.getOrDefault(VARIABLE, "");
    if (named.isEmpty()) {
      return NONE;
    }
    byte[] octets = named.getBytes(StandardCharsets.UTF_8);
    if (octets.length >= PATH_OCTETS || (octets[0] != '/' && octets[0] != '@')) {
      LOG.warn("{} is neither a path nor an abstract name: {}", VARIABLE, named);
      return NONE;
    }
    return new NotifySocket(Optional.of(octets), nanoseconds);
  }

  /// It serves.
  public void ready(String status) {
    send("READY=1\nSTATUS=" + line(status));
  }

  /// It reads its settings again; [#ready] comes after that.
  public void reloading() {
    send("RELOADING=1\nMONOTONIC_USEC=" + nanoseconds.getAsLong() / 1000);
  }

  /// It stops.
  public void stopping() {
    send("STOPPING=1\nSTATUS=stopping");
  }

  /// It cannot start, or go on.
  ///
  /// @param why for an administrator
  public void failed(String why) {
    send("STATUS=" + line(why));
  }

  /// The start, or the stop, takes longer: at least so long from now.
  ///
  /// @param status what it is at
  public void extend(Duration time, String status) {
    send("EXTEND_TIMEOUT_USEC=" + time.toNanos() / 1000 + "\nSTATUS=" + line(status));
  }

  private static String line(String status) {
    String one =
        status
            .lines()
            .map(String::strip)
            .reduce((a, b) -> a + (a.endsWith(".") ? " " : ". ") + b)
            .orElse("");
    return one.length() > LONGEST ? one.substring(0, LONGEST) : one;
  }

  /// One after the other, so that the last word is the last.
  private synchronized void send(String state) {
    if (path.isEmpty()) {
      return;
    }
    try {
      Calls.send(path.get(), state.getBytes(StandardCharsets.UTF_8));
    } catch (IOException | UnsupportedOperationException | IllegalCallerException e) {
      LOG.warn("the service manager was not told {}: {}", state.lines().toList(), e.getMessage());
    }
  }

  /// The system, looked for when there is somebody to tell.
  private static final class Calls {
    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final long ERRNO =
        STATE.byteOffset(StructLayout.PathElement.groupElement("errno"));
    private static final MethodHandle SOCKET =
        call(
            "socket",
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT));
    private static final MethodHandle SENDTO =
        call(
            "sendto",
            FunctionDescriptor.of(
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_INT));
    private static final MethodHandle CLOSE =
        call("close", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));

    private Calls() {}

    @SuppressWarnings("restricted") // the system has what Java has not
    private static MethodHandle call(String name, FunctionDescriptor descriptor) {
      Linker linker = Linker.nativeLinker();
      return linker.downcallHandle(
          linker.defaultLookup().findOrThrow(name),
          descriptor,
          Linker.Option.captureCallState("errno"));
    }

    /// @param path that of a socket in the file system, or an abstract name that begins with `@`
    static void send(byte[] path, byte[] datagram) throws IOException {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment state = arena.allocate(STATE);
        int socket = (int) SOCKET.invokeExact(state, (int) AF_UNIX, SOCK_DGRAM_CLOEXEC, 0);
        if (socket < 0) {
          throw failure("socket", state);
        }
        MemorySegment address = arena.allocate(FAMILY_OCTETS + PATH_OCTETS, FAMILY_OCTETS);
        address.set(ValueLayout.JAVA_SHORT, 0, AF_UNIX);
        MemorySegment.copy(path, 0, address, ValueLayout.JAVA_BYTE, FAMILY_OCTETS, path.length);
        int length = FAMILY_OCTETS + path.length;
        if (path[0] == '@') {
          address.set(ValueLayout.JAVA_BYTE, FAMILY_OCTETS, (byte) 0);
        } else {
          length++;
        }
        MemorySegment octets = arena.allocateFrom(ValueLayout.JAVA_BYTE, datagram);
        long sent =
            (long)
                SENDTO.invokeExact(
                    state, socket, octets, octets.byteSize(), MSG_NOSIGNAL, address, length);
        IOException failure = sent < 0 ? failure("sendto", state) : null;
        int closed = (int) CLOSE.invokeExact(state, socket);
        if (failure != null) {
          throw failure;
        }
        if (closed < 0) {
          throw failure("close", state);
        }
      } catch (IOException | Error | RuntimeException e) {
        throw e;
      } catch (Throwable e) {
        throw new IllegalStateException(e);
      }
    }

    private static IOException failure(String call, MemorySegment state) {
      return new IOException(call + " fails, errno " + state.get(ValueLayout.JAVA_INT, ERRNO));
    }
  }
}
