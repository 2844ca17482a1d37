package net.facteur.server.accounts.hash;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// `crypt_r` of libxcrypt, where the machine has it. Debian has it everywhere; Alpine and macOS do
/// not.
final class SystemCrypt {
  /// The size of `struct crypt_data` in libxcrypt, which has been the same since it began.
  private static final int DATA_OCTETS = 32_768;

  /// What a hash may have at most, `CRYPT_OUTPUT_SIZE`.
  private static final int OUTPUT_OCTETS = 384;

  /// Looked for when somebody has such a hash, and not before.
  private static final class Library {
    static final Optional<MethodHandle> CRYPT = linked();
  }

  private SystemCrypt() {}

  static boolean isThere() {
    return Library.CRYPT.isPresent();
  }

  @SuppressWarnings("restricted") // there is no yescrypt in Java
  private static Optional<MethodHandle> linked() {
    try {
      return SymbolLookup.libraryLookup("libcrypt.so.1", Arena.global())
          .find("crypt_r")
          .map(
              address ->
                  Linker.nativeLinker()
                      .downcallHandle(
                          address,
                          FunctionDescriptor.of(
                              ValueLayout.ADDRESS,
                              ValueLayout.ADDRESS,
                              ValueLayout.ADDRESS,
                              ValueLayout.ADDRESS)));
    } catch (IllegalArgumentException | UnsupportedOperationException | IllegalCallerException _) {
      return Optional.empty();
    }
  }

  /// Hashes a password.
  ///
  /// @param setting a hash, whose scheme, cost and salt are used
  /// @return empty if there is no such library here, or it does not know the scheme
  @SuppressWarnings("restricted") // what crypt_r returns points into `data`
  static Optional<String> crypt(byte[] password, String setting) {
    Optional<MethodHandle> crypt = Library.CRYPT;
    if (crypt.isEmpty()) {
      return Optional.empty();
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment phrase = arena.allocate(password.length + 1L);
      MemorySegment.copy(password, 0, phrase, ValueLayout.JAVA_BYTE, 0, password.length);
      MemorySegment data = arena.allocate(DATA_OCTETS, 16);
      var out = (MemorySegment) crypt.get().invokeExact(phrase, arena.allocateFrom(setting), data);
      String hash =
          out.equals(MemorySegment.NULL)
              ? "*"
              : out.reinterpret(OUTPUT_OCTETS).getString(0, StandardCharsets.ISO_8859_1);
      phrase.fill((byte) 0);
      data.fill((byte) 0);
      return hash.startsWith("*") ? Optional.empty() : Optional.of(hash);
    } catch (Error | RuntimeException e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }
}
