package net.facteur.server.filter.rules;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import net.facteur.auth.message.MessageHeader;
import net.facteur.queue.Fact;
import net.facteur.server.filter.FilteredMessage;
import net.facteur.server.filter.Handling;
import net.facteur.server.filter.MessageFilter;
import net.facteur.server.filter.Verdict;
import net.facteur.server.mime.ContentType;
import net.facteur.server.mime.EntityWalk;
import net.facteur.server.mime.FileNames;
import net.facteur.server.smtp.SmtpReply;
import net.facteur.server.text.StrangerText;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// Refuses mail from outside with attachments of some types, or puts it away. What cannot be looked
/// into since it is nested too deeply is treated as such an attachment: nobody writes mail so.
public final class AttachmentFilter implements MessageFilter {
  private static final Logger LOG = LogManager.getLogger(AttachmentFilter.class);
  private static final SmtpReply REFUSED =
      SmtpReply.of(550, 5, 7, 1, "Attachments of this type are not taken here");

  /// Most octets of a message within the message that are decoded to look into it.
  private static final int MAX_INNER = 4 << 20;

  /// Messages within messages that are coded.
  private static final int MAX_INNER_DEPTH = 3;

  private final AttachmentSettings settings;
  private final Executor workers;

  /// @param workers reads bodies: virtual threads
  public AttachmentFilter(AttachmentSettings settings, Executor workers) {
    this.settings = settings;
    this.workers = workers;
  }

  @Override
  public boolean concerns(FilteredMessage message) {
    return message.direction() == FilteredMessage.Direction.INBOUND && !settings.types().isEmpty();
  }

  @Override
  public CompletionStage<Verdict> judge(FilteredMessage message) {
    try {
      return CompletableFuture.supplyAsync(() -> verdict(message), workers)
          .exceptionally(
              failure -> {
                LOG.error("attachments id={} result=unread", message.id(), failure);
                return Verdict.of(new Handling.Defer(SmtpReply.LATER, "attachments unread"));
              });
    } catch (RejectedExecutionException e) {
      return CompletableFuture.completedStage(
          Verdict.of(new Handling.Defer(SmtpReply.LATER, "attachments unread")));
    }
  }

  private Verdict verdict(FilteredMessage message) {
    try (InputStream body = new BufferedInputStream(message.body().open(), 16 << 10)) {
      return found(message.header(), body, 0).map(this::verdict).orElse(Verdict.PASS);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Verdict verdict(String found) {
    String reason = "attachment=\"" + StrangerText.of(found).inLog() + "\"";
    return new Verdict(
        switch (settings.action()) {
          case QUARANTINE -> new Handling.Quarantine(Handling.Cause.ATTACHMENT, reason);
          case REJECT -> new Handling.Reject(REFUSED, Handling.Cause.ATTACHMENT, reason);
        },
        Map.of(),
        Set.of(),
        List.of(),
        List.of(new Fact("attachment", found)));
  }

  /// The first thing that is not taken.
  private Optional<String> found(MessageHeader header, InputStream body, int depth)
      throws IOException {
    var look = new Look(depth);
    look.entity(header, ContentType.of(header));
    try {
      new EntityWalk(look).walk(header, false, body);
    } catch (EntityWalk.OverlongHeaderException _) {
      return Optional.of("a part with a header that is too long");
    }
    return look.found;
  }

  /// Looks at each part on the way.
  private final class Look implements EntityWalk.Visitor {
    private final int depth;
    private Optional<String> found = Optional.empty();
    private Optional<String> inner = Optional.empty();
    private final ByteArrayOutputStream coded = new ByteArrayOutputStream();

    Look(int depth) {
      this.depth = depth;
    }

    void entity(MessageHeader header, ContentType type) {
      for (AttachmentType refused : settings.types()) {
        if (refused.is(type.type())) {
          find(type.type());
        }
        for (String name : FileNames.of(header)) {
          if (refused.names(FileNames.suffix(name))) {
            find(name);
          }
        }
      }
    }

    private void find(String what) {
      found = found.or(() -> Optional.of(what));
    }

    @Override
    public void header(MessageHeader header, boolean sealed) {
      if (found.isEmpty()) {
        entity(header, ContentType.of(header));
      }
    }

    @Override
    public void leaf(ContentType type, boolean sealed) {
      if (type.isMultipart() && type.boundary().isPresent()) {
        find("parts that are nested too deeply");
      }
      inner =
          type.isMessage() && !type.isIdentity() && found.isEmpty()
              ? Optional.of(type.encoding())
              : Optional.empty();
      coded.reset();
    }

    @Override
    public void content(byte[] octets, int length) {
      if (inner.isPresent()) {
        if (coded.size() + length > MAX_INNER) {
          find("a message within that is too large to look into");
          inner = Optional.empty();
        } else {
          coded.write(octets, 0, length);
        }
      }
    }

    @Override
    public void leafEnds() throws IOException {
      if (inner.isEmpty()) {
        return;
      }
      byte[] message = decoded(inner.get(), coded.toByteArray());
      inner = Optional.empty();
      if (depth == MAX_INNER_DEPTH) {
        find("messages that are nested too deeply");
        return;
      }
      int end = headerEnd(message);
      MessageHeader header = MessageHeader.parse(Arrays.copyOf(message, end));
      found =
          found.or(
              () -> {
                try {
                  return AttachmentFilter.this.found(
                      header,
                      new ByteArrayInputStream(message, end, message.length - end),
                      depth + 1);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
    }

    @Override
    public void around(byte[] octets, int length, boolean sealed) {}
  }

  private static byte[] decoded(String encoding, byte[] coded) {
    return switch (encoding) {
      case "base64" -> base64(coded);
      case "quoted-printable" -> quotedPrintable(coded);
      default -> coded;
    };
  }

  private static byte[] base64(byte[] coded) {
    var digits = new ByteArrayOutputStream(coded.length);
    for (byte c : coded) {
      boolean digit =
          (c >= 'A' && c <= 'Z')
              || (c >= 'a' && c <= 'z')
              || (c >= '0' && c <= '9')
              || c == '+'
              || c == '/';
      if (digit) {
        digits.write(c);
      }
    }
    byte[] all = digits.toByteArray();
    int whole = all.length % 4 == 1 ? all.length - 1 : all.length;
    return Base64.getDecoder().decode(Arrays.copyOf(all, whole));
  }

  private static byte[] quotedPrintable(byte[] coded) {
    var out = new ByteArrayOutputStream(coded.length);
    for (int i = 0; i < coded.length; i++) {
      if (coded[i] != '=') {
        out.write(coded[i]);
        continue;
      }
      int high = i + 1 < coded.length ? Character.digit(coded[i + 1], 16) : -1;
      int low = i + 2 < coded.length ? Character.digit(coded[i + 2], 16) : -1;
      if (high >= 0 && low >= 0) {
        out.write(high << 4 | low);
        i += 2;
      } else {
        i += i + 2 < coded.length && coded[i + 1] == '\r' ? 2 : 1; // a soft line break
      }
    }
    return out.toByteArray();
  }

  /// The index behind the empty line.
  private static int headerEnd(byte[] message) {
    for (int i = 0; i + 3 < message.length; i++) {
      if (message[i] == '\r'
          && message[i + 1] == '\n'
          && message[i + 2] == '\r'
          && message[i + 3] == '\n') {
        return i + 4;
      }
    }
    return message.length;
  }
}
