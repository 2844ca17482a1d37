package net.facteur.server.filter.milter;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import net.facteur.auth.message.AuthorDomain;
import net.facteur.auth.message.HeaderField;
import net.facteur.auth.message.MessageHeader;
import net.facteur.auth.syntax.Parsed;
import net.facteur.queue.BodyStage;
import net.facteur.queue.MailAddress;
import net.facteur.queue.ReversePath;
import net.facteur.queue.StagedBody;
import net.facteur.server.filter.FilteredMessage;
import net.facteur.server.filter.Rewritten;
import net.facteur.server.smtp.PathParser;
import net.facteur.server.smtp.Transaction.ForwardPath;
import org.jspecify.annotations.Nullable;

/// A message as milters change it, one after the other. Not safe for several threads at once.
final class Draft {
  private static final int MAX_FIELDS = 1_000;
  private static final int MAX_RECIPIENTS = 1_000;
  private static final int MAX_HEADER = 256 * 1024;

  /// Octets of a line without CRLF.
  ///
  /// @spec https://www.rfc-editor.org/rfc/rfc5322#section-2.1.1 RFC 5322, section 2.1.1
  private static final int MAX_LINE = 998;

  private final Supplier<BodyStage> stages;
  private final long largest;
  private final boolean ours;
  private final List<HeaderField> fields;
  private final Map<MailAddress, ForwardPath> paths = new LinkedHashMap<>();
  private ReversePath reversePath;
  private StagedBody body;
  private @Nullable BodyStage stage;
  private int lastOctet;
  private boolean changed;
  private boolean replaced;
  private Saved saved;

  /// What a milter that fails leaves as it was.
  private record Saved(
      List<HeaderField> fields,
      List<ForwardPath> paths,
      ReversePath reversePath,
      boolean changed) {}

  /// @param stages where new bodies are collected
  /// @param largest octets that a new body may have
  Draft(FilteredMessage message, Supplier<BodyStage> stages, long largest) {
    this.stages = stages;
    this.largest = largest;
    this.ours = message.direction() == FilteredMessage.Direction.OUTBOUND;
    this.fields = new ArrayList<>(message.header().fields());
    this.reversePath = message.reversePath();
    this.body = message.body();
    message.paths().forEach(path -> paths.put(path.address(), path));
    this.saved = save();
  }

  private Saved save() {
    return new Saved(List.copyOf(fields), List.copyOf(paths.values()), reversePath, changed);
  }

  List<HeaderField> fields() {
    return List.copyOf(fields);
  }

  StagedBody body() {
    return body;
  }

  /// Makes a change.
  ///
  /// @throws MilterException if the milter may not make it, or it cannot be made
  void apply(MilterReply.Change change, Terms terms) throws IOException {
    switch (change) {
      case MilterReply.AddField(String name, String value) -> {
        allow(terms, Terms.ADD_FIELDS);
        fields.add(field(name, value, terms));
      }
      case MilterReply.InsertField(long index, String name, String value) -> {
        allow(terms, Terms.ADD_FIELDS);
        fields.add((int) Math.min(index, fields.size()), field(name, value, terms));
      }
      case MilterReply.ChangeField(long index, String name, String value) -> {
        allow(terms, Terms.CHANGE_FIELDS);
        change(index, name, value, terms);
      }
      case MilterReply.AddRecipient(String path) -> {
        allow(terms, Terms.ADD_RECIPIENTS);
        MailAddress address = address(path);
        if (paths.size() >= MAX_RECIPIENTS) {
          throw new MilterException("too many recipients");
        }
        paths.putIfAbsent(address, new ForwardPath(address, Optional.empty(), Optional.empty()));
      }
      case MilterReply.DeleteRecipient(String path) -> {
        allow(terms, Terms.DELETE_RECIPIENTS);
        paths.remove(address(path));
      }
      case MilterReply.ChangeReversePath(String path) -> {
        allow(terms, Terms.CHANGE_REVERSE_PATH);
        reversePath =
            path.isEmpty() || path.equals("<>")
                ? ReversePath.Null.NULL
                : new ReversePath.Of(address(path));
      }
      case MilterReply.ReplaceBody(byte[] octets) -> {
        allow(terms, Terms.CHANGE_BODY);
        write(octets);
      }
      case MilterReply.Quarantine _ -> throw new IllegalArgumentException("not a change of ours");
    }
    if (fields.size() > MAX_FIELDS
        || fields.stream().mapToInt(HeaderField::length).sum() > MAX_HEADER) {
      throw new MilterException("the header grew too large");
    }
    changed = true;
  }

  private static void allow(Terms terms, long action) throws MilterException {
    if (!terms.mayChange(action)) {
      throw new MilterException("it made a change that it did not announce");
    }
  }

  private void change(long index, String name, String value, Terms terms) throws MilterException {
    long seen = 0;
    for (int i = 0; i < fields.size(); i++) {
      if (fields.get(i).is(name) && ++seen == Math.max(1, index)) {
        if (value.isEmpty()) {
          fields.remove(i);
        } else {
          fields.set(i, field(fields.get(i).name(), value, terms));
        }
        return;
      }
    }
    if (!value.isEmpty()) {
      fields.add(field(name, value, terms));
    }
  }

  /// Milters write line feeds where fields are folded.
  private static HeaderField field(String name, String value, Terms terms) throws MilterException {
    boolean token = !name.isEmpty() && name.chars().allMatch(c -> c > ' ' && c < 127 && c != ':');
    if (!token) {
      throw new MilterException("it wrote a field without a proper name");
    }
    String lines = value.replace("\r\n", "\n").replace("\n", "\r\n");
    String space =
        terms.agreed(Terms.LEADING_SPACE) || lines.startsWith(" ") || lines.startsWith("\t")
            ? ""
            : " ";
    if ((name + ":" + space + lines).lines().anyMatch(line -> line.length() > MAX_LINE)) {
      throw new MilterException("it wrote a field with a line that is too long: " + name);
    }
    try {
      return HeaderField.of(name, space + lines);
    } catch (IllegalArgumentException e) {
      throw new MilterException("it wrote a field that would be two: " + name);
    }
  }

  private static MailAddress address(String path) throws MilterException {
    String text =
        path.startsWith("<") && path.endsWith(">") ? path.substring(1, path.length() - 1) : path;
    String characters = new String(text.getBytes(Packet.OCTETS), StandardCharsets.UTF_8);
    return switch (PathParser.mailbox(characters)) {
      case Parsed.Ok<MailAddress>(MailAddress address) -> address;
      case Parsed.Malformed<MailAddress> _ ->
          throw new MilterException("it wrote an address that is none");
    };
  }

  /// Lines end with CRLF alone: nobody would take it by DATA, and a stranger's content must not
  /// become commands.
  private void write(byte[] octets) throws IOException {
    BodyStage to = stage;
    if (to == null) {
      to = stages.get();
      stage = to;
      lastOctet = 0;
    }
    for (byte octet : octets) {
      if ((octet == '\n') != (lastOctet == '\r')) {
        throw new MilterException("it wrote a body with lines that do not end with CRLF");
      }
      lastOctet = octet;
    }
    if (to.size() + octets.length > largest) {
      throw new MilterException("the body grew too large");
    }
    to.write(ByteBuffer.wrap(octets));
  }

  /// Ends what one milter did.
  ///
  /// @throws MilterException if nobody is left who would get it, or if it made another the author
  ///   of what a user wrote: it is signed for the domain that the user may write as
  void complete() throws IOException {
    if (paths.isEmpty()) {
      throw new MilterException("it took away every recipient");
    }
    if (ours && !author(fields).equals(author(saved.fields))) {
      throw new MilterException("it changed the domain in From");
    }
    BodyStage written = stage;
    if (written != null) {
      stage = null;
      if (lastOctet == '\r') {
        written.discard();
        throw new MilterException("it wrote a body that ends with half a line end");
      }
      StagedBody next = written.complete();
      forget();
      body = next;
      replaced = true;
    }
    saved = save();
  }

  private static AuthorDomain author(List<HeaderField> fields) {
    return AuthorDomain.of(new MessageHeader(fields));
  }

  /// One milter failed: the message is what it was before.
  void abandon() {
    fields.clear();
    fields.addAll(saved.fields);
    paths.clear();
    saved.paths.forEach(path -> paths.put(path.address(), path));
    reversePath = saved.reversePath;
    changed = saved.changed;
    BodyStage written = stage;
    if (written != null) {
      written.discard();
      stage = null;
    }
  }

  /// Throws away a body that a milter wrote, if there is one.
  void forget() {
    if (replaced) {
      body.discard();
    }
  }

  /// What became of the message; empty if nothing did.
  Optional<Rewritten> rewritten() {
    return changed
        ? Optional.of(
            new Rewritten(
                new MessageHeader(fields), body, reversePath, List.copyOf(paths.values())))
        : Optional.empty();
  }

  /// A few words for the history.
  String summary(int before) {
    int more = fields.size() - before;
    return (more == 0 ? "" : " fields=" + (more > 0 ? "+" : "") + more)
        + (replaced ? " body=new" : "")
        + String.format(Locale.ROOT, " recipients=%d", paths.size());
  }
}
