package net.facteur.server.signin;

import io.nayuki.qrcodegen.QrCode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.facteur.server.web.Html;

/// A QR code, drawn in the page: nothing is loaded, and nobody else sees what it says.
public final class QrPicture {
  /// Light modules around it, which readers need.
  private static final int QUIET = 4;

  private QrPicture() {}

  /// @param text at most some 2,000 characters
  /// @param label what is said to who does not see it
  public static Html of(String text, String label) {
    QrCode code = QrCode.encodeText(text, QrCode.Ecc.MEDIUM);
    var path = new StringBuilder();
    for (int y = 0; y < code.size; y++) {
      for (int x = 0; x < code.size; x++) {
        if (code.getModule(x, y)) {
          path.append('M').append(x + QUIET).append(' ').append(y + QUIET).append("h1v1h-1z");
        }
      }
    }
    int whole = code.size + 2 * QUIET;
    var attributes = new LinkedHashMap<String, String>();
    attributes.put("viewBox", "0 0 " + whole + " " + whole);
    attributes.put("width", "240");
    attributes.put("height", "240");
    attributes.put("role", "img");
    attributes.put("aria-label", label);
    attributes.put("shape-rendering", "crispEdges");
    return new Html.Element(
        "svg",
        attributes,
        List.of(
            new Html.Element(
                "path",
                Map.of("fill", "#ffffff", "d", "M0 0h" + whole + "v" + whole + "H0z"),
                List.of()),
            new Html.Element("path", Map.of("fill", "#000000", "d", path.toString()), List.of())));
  }
}
