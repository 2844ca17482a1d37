package net.facteur.server.accounts.hash;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import org.bouncycastle.crypto.digests.MD5Digest;

/// What CRAM-MD5 leaves with a server: the state of MD5 after the outer and after the inner key of
/// HMAC. Whoever has it can log in by CRAM-MD5 as if it were the password.
///
/// @param contexts 32 octets, the outer one first
/// @spec https://www.rfc-editor.org/rfc/rfc2195 RFC 2195: CRAM-MD5
record CramMd5Hash(byte[] contexts) implements ForeignHash {
  private static final int BLOCK = 64;

  /// Where the chaining values stand in the state that the library gives out.
  private static final int STATE_AT = 16;

  @Override
  public String scheme() {
    return "CRAM-MD5";
  }

  @Override
  public Strength strength() {
    return Strength.NONE;
  }

  @Override
  public boolean matches(byte[] password) {
    byte[] key =
        password.length > BLOCK
            ? Arrays.copyOf(Digests.of("MD5").digest(password), BLOCK)
            : Arrays.copyOf(password, BLOCK);
    ByteBuffer computed = ByteBuffer.allocate(32);
    computed.put(context(key, 0x5c)).put(context(key, 0x36));
    return MessageDigest.isEqual(contexts, computed.array());
  }

  private static byte[] context(byte[] key, int pad) {
    byte[] block = new byte[BLOCK];
    for (int i = 0; i < BLOCK; i++) {
      block[i] = (byte) (key[i] ^ pad);
    }
    var md5 = new MD5Digest();
    md5.update(block, 0, BLOCK);
    ByteBuffer state = ByteBuffer.wrap(md5.getEncodedState()).position(STATE_AT);
    ByteBuffer out = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < 4; i++) {
      out.putInt(state.getInt());
    }
    return out.array();
  }

  @Override
  public String text() {
    return "{CRAM-MD5}" + HexFormat.of().formatHex(contexts);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CramMd5Hash c && Arrays.equals(contexts, c.contexts);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(contexts);
  }

  @Override
  public String toString() {
    return scheme();
  }
}
