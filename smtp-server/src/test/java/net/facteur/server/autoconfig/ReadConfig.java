package net.facteur.server.autoconfig;

import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;

/// What a client finds in a configuration of Thunderbird's kind, as the rows of `expected.json`.
final class ReadConfig {
  private ReadConfig() {}

  static Map<String, Object> of(InputStream document) throws Exception {
    var factory = DocumentBuilderFactory.newDefaultNSInstance();
    factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
    Element root = factory.newDocumentBuilder().parse(document).getDocumentElement();
    Element provider = children(root, "emailProvider").getFirst();
    var found = new TreeMap<String, Object>();
    found.put("version", root.getAttribute("version"));
    found.put("id", provider.getAttribute("id"));
    found.put(
        "domains",
        children(provider, "domain").stream().map(one -> one.getTextContent().strip()).toList());
    found.put("displayName", text(provider, "displayName").orElse(""));
    found.put("incoming", servers(provider, "incomingServer"));
    found.put("outgoing", servers(provider, "outgoingServer"));
    return found;
  }

  private static List<Map<String, Object>> servers(Element provider, String name) {
    var servers = new ArrayList<Map<String, Object>>();
    for (Element element : children(provider, name)) {
      var server = new TreeMap<String, Object>();
      server.put("type", element.getAttribute("type"));
      for (String member : List.of("hostname", "port", "socketType", "username")) {
        server.put(member, text(element, member).orElse("-"));
      }
      server.put(
          "authentication",
          children(element, "authentication").stream()
              .map(one -> one.getTextContent().strip())
              .toList());
      servers.add(server);
    }
    return servers;
  }

  private static Optional<String> text(Element parent, String name) {
    return children(parent, name).stream().findFirst().map(one -> one.getTextContent().strip());
  }

  private static List<Element> children(Element parent, String name) {
    var found = new ArrayList<Element>();
    NodeList all = parent.getChildNodes();
    for (int i = 0; i < all.getLength(); i++) {
      Node node = all.item(i);
      if (node instanceof Element element && element.getTagName().equals(name)) {
        found.add(element);
      }
    }
    return found;
  }
}
