package net.facteur.server.accounts.hash;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/// `argon2id_hash_raw` of libargon2, the reference implementation, where the machine has it. Debian
/// has it wherever systemd is. A hash takes it two thirds of the processor time that Bouncy Castle
/// needs.
///
/// @spec https://www.rfc-editor.org/rfc/rfc9106 RFC 9106: Argon2 Memory-Hard Function
public final class Argon2Library {
  /// KiB above which memory is taken in Java alone: there too much of it is an exception, and here
  /// it may be the end of the process.
  private static final int MEMORY_MAX = 64 * 1024;

  private static final byte[] KNOWN =
      HexFormat.of().parseHex("9dfeb910e80bad0311fee20f9c0e2b12c17987b4cac90c2ef54d5b3021c68bfe");

  private static final class Library {
    static final Optional<MethodHandle> HASH =
        linked().filter(hash -> Arrays.equals(KNOWN, known(hash)));
  }

  private Argon2Library() {}

  /// True where the machine has the library and it gives the right hash of a known password.
  public static boolean isThere() {
    return Library.HASH.isPresent();
  }

  @SuppressWarnings("restricted") // no library in Java is as quick
  private static Optional<MethodHandle> linked() {
    try {
      return SymbolLookup.libraryLookup("libargon2.so.1", Arena.global())
          .find("argon2id_hash_raw")
          .map(
              address ->
                  Linker.nativeLinker()
                      .downcallHandle(
                          address,
                          FunctionDescriptor.of(
                              ValueLayout.JAVA_INT,
                              ValueLayout.JAVA_INT,
                              ValueLayout.JAVA_INT,
                              ValueLayout.JAVA_INT,
                              ValueLayout.ADDRESS,
                              ValueLayout.JAVA_LONG,
                              ValueLayout.ADDRESS,
                              ValueLayout.JAVA_LONG,
                              ValueLayout.ADDRESS,
                              ValueLayout.JAVA_LONG)));
    } catch (IllegalArgumentException | UnsupportedOperationException | IllegalCallerException _) {
      return Optional.empty();
    }
  }

  /// The hash of one of the test cases of the reference implementation.
  private static byte[] known(MethodHandle hash) {
    return call(
            hash,
            "password".getBytes(StandardCharsets.US_ASCII),
            "somesalt".getBytes(StandardCharsets.US_ASCII),
            256,
            2,
            1,
            32)
        .orElseGet(() -> new byte[0]);
  }

  /// Hashes a password.
  ///
  /// @param memory KiB
  /// @param passes over it
  /// @param octets of the hash
  /// @return empty if there is no such library here, or it is not for so much memory
  public static Optional<byte[]> hash(
      byte[] password, byte[] salt, int memory, int passes, int lanes, int octets) {
    return memory > MEMORY_MAX
        ? Optional.empty()
        : Library.HASH.flatMap(hash -> call(hash, password, salt, memory, passes, lanes, octets));
  }

  private static Optional<byte[]> call(
      MethodHandle hash,
      byte[] password,
      byte[] salt,
      int memory,
      int passes,
      int lanes,
      int octets) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment phrase = arena.allocateFrom(ValueLayout.JAVA_BYTE, password);
      MemorySegment out = arena.allocate(octets);
      int result =
          (int)
              hash.invokeExact(
                  passes,
                  memory,
                  lanes,
                  phrase,
                  (long) password.length,
                  arena.allocateFrom(ValueLayout.JAVA_BYTE, salt),
                  (long) salt.length,
                  out,
                  (long) octets);
      phrase.fill((byte) 0);
      return result == 0 ? Optional.of(out.toArray(ValueLayout.JAVA_BYTE)) : Optional.empty();
    } catch (Error | RuntimeException e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }
}
