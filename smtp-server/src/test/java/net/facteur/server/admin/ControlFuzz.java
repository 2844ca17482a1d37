package net.facteur.server.admin;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import net.facteur.auth.syntax.Parsed;
import net.facteur.server.language.Language;
import tools.jackson.databind.json.JsonMapper;

/// Requests over the control socket: what is read can be written, and is read as the same.
public final class ControlFuzz {
  private static final JsonMapper JSON = new JsonMapper();

  private ControlFuzz() {}

  public static void fuzzerTestOneInput(byte[] input) {
    String line = new String(input, StandardCharsets.UTF_8);
    if (ControlRequest.parse(line, JSON) instanceof Parsed.Ok<ControlRequest>(ControlRequest r)) {
      Parsed<ControlRequest> again = ControlRequest.parse(r.line(JSON, Language.ENGLISH), JSON);
      if (!again.equals(Parsed.ok(r))) {
        throw new AssertionError(r + " is read again as " + again);
      }
      switch (r) {
        case ControlRequest.QueueList list -> list.selection().filter(Instant.EPOCH);
        case ControlRequest.QueueAct act -> act.selection().filter(Instant.EPOCH);
        case ControlRequest _ -> {}
      }
    }
  }
}
