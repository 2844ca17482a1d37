package net.facteur.server.backup;

import static net.facteur.server.backup.BackupTexts.SAY;

import com.exceptionfactory.jagged.RecipientStanzaReader;
import com.exceptionfactory.jagged.RecipientStanzaWriter;
import com.exceptionfactory.jagged.framework.stream.StandardDecryptingChannelFactory;
import com.exceptionfactory.jagged.framework.stream.StandardEncryptingChannelFactory;
import com.exceptionfactory.jagged.x25519.X25519RecipientStanzaReaderFactory;
import com.exceptionfactory.jagged.x25519.X25519RecipientStanzaWriterFactory;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import net.facteur.server.files.ToldException;

/// Encryption to people who have a key, in the format of age: `age --decrypt` opens it as well.
///
/// @spec https://c2sp.org/age The age file encryption format, v1
final class Encryption {
  /// How each such file begins.
  static final byte[] MAGIC = "age-encryption.org/v1\n".getBytes(StandardCharsets.US_ASCII);

  private static final int BLOCK = 1 << 16;

  private Encryption() {}

  /// True for a recipient of X25519, such as `age-keygen` prints.
  static boolean isRecipient(String text) {
    try {
      var _ = X25519RecipientStanzaWriterFactory.newRecipientStanzaWriter(text);
      return text.startsWith("age1");
    } catch (GeneralSecurityException | RuntimeException _) {
      return false;
    }
  }

  /// What is written to it can be read by each of the recipients. Closing it ends the file.
  static OutputStream to(List<String> recipients, OutputStream out) throws IOException {
    try {
      var writers = new ArrayList<RecipientStanzaWriter>();
      for (String recipient : recipients) {
        writers.add(X25519RecipientStanzaWriterFactory.newRecipientStanzaWriter(recipient));
      }
      return new BufferedOutputStream(
          Channels.newOutputStream(
              new StandardEncryptingChannelFactory()
                  .newEncryptingChannel(Channels.newChannel(out), writers)),
          BLOCK);
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
  }

  /// Reads what was encrypted. Octets that somebody changed make it throw.
  ///
  /// @param identity the file with the key, as `age-keygen` writes it
  /// @throws ToldException where none of the keys in the file opens it
  static InputStream with(Path identity, InputStream in) throws IOException {
    List<RecipientStanzaReader> readers = readers(identity);
    try {
      ReadableByteChannel channel =
          new StandardDecryptingChannelFactory()
              .newDecryptingChannel(Channels.newChannel(in), readers);
      return new BufferedInputStream(new Decrypted(channel), BLOCK);
    } catch (GeneralSecurityException e) {
      throw new ToldException(SAY.otherKey(identity));
    }
  }

  private static List<RecipientStanzaReader> readers(Path identity) throws IOException {
    var readers = new ArrayList<RecipientStanzaReader>();
    for (String line : Files.readAllLines(identity, StandardCharsets.UTF_8)) {
      if (line.startsWith("AGE-SECRET-KEY-1")) {
        try {
          readers.add(X25519RecipientStanzaReaderFactory.newRecipientStanzaReader(line.strip()));
        } catch (GeneralSecurityException | RuntimeException _) {
          throw new ToldException(SAY.noIdentity(identity));
        }
      }
    }
    if (readers.isEmpty()) {
      throw new ToldException(SAY.noIdentity(identity));
    }
    return readers;
  }

  /// Octets that were changed are told in words of ours.
  private static final class Decrypted extends InputStream {
    private final InputStream in;

    Decrypted(ReadableByteChannel channel) {
      this.in = Channels.newInputStream(channel);
    }

    @Override
    public int read() throws IOException {
      var one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] octets, int from, int length) throws IOException {
      try {
        return in.read(octets, from, length);
      } catch (IOException e) {
        throw new ToldException(SAY.damagedCipher());
      }
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }
}
