package net.facteur.server.web;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// The octets of a request or of an answer, all of them in memory: both are bounded.
public final class Content {
  /// Nothing.
  public static final Content NONE = new Content(new byte[0]);

  private final byte[] octets;

  private Content(byte[] octets) {
    this.octets = octets;
  }

  /// A copy.
  public static Content of(byte[] octets) {
    return new Content(octets.clone());
  }

  /// A text in UTF-8.
  public static Content of(String text) {
    return new Content(text.getBytes(StandardCharsets.UTF_8));
  }

  /// The octets, to be read from the start.
  public InputStream open() {
    return new ByteArrayInputStream(octets);
  }

  /// A copy of the octets.
  public byte[] octets() {
    return octets.clone();
  }

  /// As UTF-8; what is none becomes U+FFFD.
  public String text() {
    return new String(octets, StandardCharsets.UTF_8);
  }

  /// How many octets there are.
  public int size() {
    return octets.length;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Content its && Arrays.equals(octets, its.octets);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(octets);
  }

  @Override
  public String toString() {
    return octets.length + " octets";
  }
}
