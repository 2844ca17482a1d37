package net.facteur.auth.dns;

import java.util.Arrays;
import java.util.HexFormat;

/// A TLSA record as received; whether it can be used is for the DANE rules to say.
///
/// @param usage certificate usage, 0 to 255
/// @param selector 0 to 255
/// @param matchingType 0 to 255
/// @param association certificate association data, any length
/// @spec https://www.rfc-editor.org/rfc/rfc6698#section-2.1 RFC 6698, section 2.1: TLSA RDATA
public record TlsaRecord(int usage, int selector, int matchingType, byte[] association) {
  public TlsaRecord {
    association = association.clone();
  }

  @Override
  public byte[] association() {
    return association.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TlsaRecord(int u, int s, int m, byte[] a)
        && u == usage
        && s == selector
        && m == matchingType
        && Arrays.equals(a, association);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * (31 * usage + selector) + matchingType) + Arrays.hashCode(association);
  }

  @Override
  public String toString() {
    return usage
        + " "
        + selector
        + " "
        + matchingType
        + " "
        + HexFormat.of().formatHex(association);
  }
}
