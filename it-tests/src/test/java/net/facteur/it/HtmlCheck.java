package net.facteur.it;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import nu.validator.validation.SimpleDocumentValidator;
import org.xml.sax.ErrorHandler;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;
import org.xml.sax.SAXParseException;

/// The checker of the W3C for HTML.
final class HtmlCheck {
  private final List<String> mistakes = new ArrayList<>();
  private final SimpleDocumentValidator checker = new SimpleDocumentValidator(false, false, false);

  HtmlCheck() {
    try {
      checker.setUpMainSchema("http://s.validator.nu/html5-all.rnc", new Collecting());
    } catch (Exception e) {
      throw new IllegalStateException("the jar of the checker has its schema", e);
    }
  }

  private final class Collecting implements ErrorHandler {
    @Override
    public void warning(SAXParseException e) {}

    @Override
    public void error(SAXParseException e) {
      mistakes.add(e.getLineNumber() + ":" + e.getColumnNumber() + " " + e.getMessage());
    }

    @Override
    public void fatalError(SAXParseException e) {
      error(e);
    }
  }

  /// Reads a page.
  ///
  /// @return what is wrong with it
  synchronized List<String> mistakes(String page) {
    mistakes.clear();
    try {
      checker.setUpValidatorAndParsers(new Collecting(), false, false);
      var source = new InputSource(new ByteArrayInputStream(page.getBytes(StandardCharsets.UTF_8)));
      source.setEncoding("UTF-8");
      checker.checkHtmlInputSource(source);
      return List.copyOf(mistakes);
    } catch (SAXException | IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
