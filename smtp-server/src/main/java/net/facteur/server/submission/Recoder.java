package net.facteur.server.submission;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/// Writes the content of a part so that its lines are short.
sealed interface Recoder {
  /// The next octets.
  void write(byte[] octets, int length) throws IOException;

  /// No octets follow.
  void end() throws IOException;

  /// Content that stays as it is.
  record Verbatim(OutputStream out) implements Recoder {
    @Override
    public void write(byte[] octets, int length) throws IOException {
      out.write(octets, 0, length);
    }

    @Override
    public void end() {}
  }

  /// RFC 2045, 6.7: of content that had no encoding.
  final class QuotedPrintable implements Recoder {
    private static final int WIDTH = 75;
    private static final String HEX = "0123456789ABCDEF";

    private final OutputStream out;
    private int column;
    private int space = -1;
    private boolean cr;

    QuotedPrintable(OutputStream out) {
      this.out = out;
    }

    @Override
    public void write(byte[] octets, int length) throws IOException {
      for (int i = 0; i < length; i++) {
        int octet = octets[i] & 0xff;
        if (cr && octet == '\n') {
          // white space at the end of a line would be lost
          flushSpace(true);
          out.write('\r');
          out.write('\n');
          column = 0;
          cr = false;
          continue;
        }
        if (cr) {
          flushSpace(false);
          escaped('\r');
          cr = false;
        }
        if (octet == '\r') {
          cr = true;
        } else if (octet == ' ' || octet == '\t') {
          flushSpace(false);
          space = octet;
        } else {
          flushSpace(false);
          if (octet > ' ' && octet < 0x7f && octet != '=') {
            room(1);
            out.write(octet);
          } else {
            escaped(octet);
          }
        }
      }
    }

    private void flushSpace(boolean lineEnds) throws IOException {
      if (space < 0) {
        return;
      }
      if (lineEnds) {
        escaped(space);
      } else {
        room(1);
        out.write(space);
      }
      space = -1;
    }

    private void escaped(int octet) throws IOException {
      room(3);
      out.write('=');
      out.write(HEX.charAt(octet >> 4));
      out.write(HEX.charAt(octet & 15));
    }

    private void room(int width) throws IOException {
      if (column + width > WIDTH) {
        softBreak(out);
        column = 0;
      }
      column += width;
    }

    @Override
    public void end() throws IOException {
      flushSpace(true);
      if (cr) {
        escaped('\r');
      }
    }
  }

  /// RFC 2045, 6.8: of content that had no encoding.
  final class InBase64 implements Recoder {
    private static final int OCTETS = 57;

    private final Wrapped to;
    private final byte[] held = new byte[OCTETS];
    private int count;

    InBase64(OutputStream out) {
      this.to = new Wrapped(out);
    }

    @Override
    public void write(byte[] octets, int length) throws IOException {
      for (int i = 0; i < length; i++) {
        held[count++] = octets[i];
        if (count == OCTETS) {
          flush();
        }
      }
    }

    private void flush() throws IOException {
      byte[] text = Base64.getEncoder().encode(java.util.Arrays.copyOf(held, count));
      to.write(text, text.length);
      count = 0;
    }

    @Override
    public void end() throws IOException {
      if (count > 0) {
        flush();
      }
    }
  }

  /// Base64 in lines of 76; the line ends of before go.
  final class Wrapped implements Recoder {
    private static final int WIDTH = 76;

    private final OutputStream out;
    private int column;

    Wrapped(OutputStream out) {
      this.out = out;
    }

    @Override
    public void write(byte[] octets, int length) throws IOException {
      for (int i = 0; i < length; i++) {
        if (octets[i] <= ' ' && octets[i] >= 0) {
          continue;
        }
        if (column == WIDTH) {
          out.write('\r');
          out.write('\n');
          column = 0;
        }
        out.write(octets[i]);
        column++;
      }
    }

    @Override
    public void end() {}
  }

  /// Quoted-printable whose lines are too long: soft line breaks change nothing.
  final class Softened implements Recoder {
    private static final int WIDTH = 75;

    private final OutputStream out;
    private int column;

    /// Octets left of an escape, which must stay together.
    private int escape;

    Softened(OutputStream out) {
      this.out = out;
    }

    @Override
    public void write(byte[] octets, int length) throws IOException {
      for (int i = 0; i < length; i++) {
        byte octet = octets[i];
        if (octet == '\r' || octet == '\n') {
          column = 0;
          escape = 0;
        } else {
          int width = octet == '=' ? 3 : 1;
          if (escape == 0 && column + width > WIDTH) {
            softBreak(out);
            column = 0;
          }
          escape = octet == '=' ? 2 : Math.max(0, escape - 1);
          column++;
        }
        out.write(octet);
      }
    }

    @Override
    public void end() {}
  }

  private static void softBreak(OutputStream out) throws IOException {
    out.write("=\r\n".getBytes(StandardCharsets.US_ASCII));
  }
}
