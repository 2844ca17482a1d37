package net.facteur.server.submission;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.facteur.auth.message.HeaderField;
import net.facteur.auth.message.MessageHeader;
import net.facteur.server.mime.ContentType;
import net.facteur.server.mime.EntityWalk;

/// Decides for each part of a message how its lines become short.
final class LineSurvey implements EntityWalk.Visitor {
  private static final int MAX_PARTS = 10_000;

  /// What becomes of the content of one header's entity.
  enum Plan {
    KEEP,
    QUOTED_PRINTABLE,
    BASE64,
    /// It is base64 already, in lines that are too long.
    WRAP,
    /// It is quoted-printable already, in lines that are too long.
    SOFTEN
  }

  private final List<Plan> plans = new ArrayList<>(List.of(Plan.KEEP));
  private Optional<String> problem = Optional.empty();
  private ContentType type = new ContentType("", Optional.empty(), "7bit");
  private boolean sealedLeaf;
  private int line;
  private boolean tooLong;
  private long octets;
  private long high;

  /// For the message itself, then for each header in the order of the walk.
  List<Plan> plans() {
    return plans;
  }

  /// Why the lines cannot be made short.
  Optional<String> problem() {
    return problem;
  }

  @Override
  public void header(MessageHeader header, boolean sealed) {
    for (HeaderField field : header.fields()) {
      if (!Folding.fits(field) && (sealed || Folding.fold(field).isEmpty())) {
        trouble("a header line of a part is too long");
      }
    }
    if (plans.size() == MAX_PARTS) {
      trouble("the message has too many parts");
    } else if (plans.size() < MAX_PARTS) {
      plans.add(Plan.KEEP);
    }
  }

  @Override
  public void leaf(ContentType of, boolean sealed) {
    type = of;
    sealedLeaf = sealed;
    line = 0;
    tooLong = false;
    octets = 0;
    high = 0;
  }

  @Override
  public void content(byte[] piece, int length) {
    if (length == 2 && piece[0] == '\r' && piece[1] == '\n') {
      line = 0;
      return;
    }
    line = Math.min(line, Folding.MAX_LINE) + length;
    tooLong |= line > Folding.MAX_LINE;
    octets += length;
    for (int i = 0; i < length; i++) {
      if (piece[i] < 0) {
        high++;
      }
    }
  }

  @Override
  public void leafEnds() {
    if (tooLong) {
      plans.set(plans.size() - 1, plan());
    }
  }

  private Plan plan() {
    if (sealedLeaf) {
      return trouble("a line is too long, and the part must not be changed");
    }
    if (type.encoding().equals("base64")) {
      return Plan.WRAP;
    }
    if (type.encoding().equals("quoted-printable")) {
      return Plan.SOFTEN;
    }
    // RFC 2046, 5.2: messages and multiparts have no encoding of their own
    if (!type.isIdentity() || type.isMultipart() || type.type().startsWith("message/")) {
      return trouble("a line is too long for its part");
    }
    return type.isText() && high <= octets / 3 ? Plan.QUOTED_PRINTABLE : Plan.BASE64;
  }

  private Plan trouble(String what) {
    problem = problem.or(() -> Optional.of(what));
    return Plan.KEEP;
  }

  @Override
  public void around(byte[] piece, int length, boolean sealed) {
    if (length > Folding.MAX_LINE + 2 && sealed) {
      trouble("a line is too long, and the part must not be changed");
    }
  }
}
