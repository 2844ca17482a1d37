package net.facteur.server.autoconfig;

import java.io.StringWriter;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/// Writes a document in memory; what is put in is escaped.
final class Xml {
  private final StringWriter out = new StringWriter();
  private final XMLStreamWriter writer;

  Xml() {
    try {
      writer = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(out);
      writer.writeStartDocument("UTF-8", "1.0");
      writer.writeCharacters("\n");
    } catch (XMLStreamException e) {
      throw inMemory(e);
    }
  }

  /// A document type, which readers of property lists want to see.
  Xml type(String declaration) {
    return write(() -> writer.writeDTD(declaration + "\n"));
  }

  /// The first element, with its namespace.
  Xml start(String name, String namespace) {
    return write(
        () -> {
          writer.writeStartElement(name);
          writer.writeDefaultNamespace(namespace);
        });
  }

  Xml start(String name) {
    return write(() -> writer.writeStartElement(name));
  }

  Xml with(String attribute, String value) {
    return write(() -> writer.writeAttribute(attribute, value));
  }

  Xml element(String name, String text) {
    return write(
        () -> {
          writer.writeStartElement(name);
          writer.writeCharacters(text);
          writer.writeEndElement();
        });
  }

  Xml element(String name) {
    return write(() -> writer.writeEmptyElement(name));
  }

  Xml text(String text) {
    return write(() -> writer.writeCharacters(text));
  }

  Xml end() {
    return write(writer::writeEndElement);
  }

  /// The whole document.
  String print() {
    write(writer::writeEndDocument);
    write(writer::flush);
    return out + "\n";
  }

  private interface Step {
    void take() throws XMLStreamException;
  }

  private Xml write(Step step) {
    try {
      step.take();
      return this;
    } catch (XMLStreamException e) {
      throw inMemory(e);
    }
  }

  private static IllegalStateException inMemory(XMLStreamException e) {
    return new IllegalStateException("a document in memory cannot be written", e);
  }
}
