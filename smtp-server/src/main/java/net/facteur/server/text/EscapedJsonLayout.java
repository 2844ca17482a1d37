package net.facteur.server.text;

import java.nio.charset.StandardCharsets;
import org.apache.logging.log4j.core.Layout;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.config.Configuration;
import org.apache.logging.log4j.core.config.Node;
import org.apache.logging.log4j.core.config.plugins.Plugin;
import org.apache.logging.log4j.core.config.plugins.PluginAttribute;
import org.apache.logging.log4j.core.config.plugins.PluginConfiguration;
import org.apache.logging.log4j.core.config.plugins.PluginFactory;
import org.apache.logging.log4j.core.layout.AbstractStringLayout;
import org.apache.logging.log4j.layout.template.json.JsonTemplateLayout;

/// The JSON of the log, in which all that a terminal obeys is escaped, in whatever field it stands.
/// The library escapes C0 only.
@Plugin(
    name = "EscapedJsonLayout",
    category = Node.CATEGORY,
    elementType = Layout.ELEMENT_TYPE,
    printObject = true)
public final class EscapedJsonLayout extends AbstractStringLayout {
  private final JsonTemplateLayout json;

  private EscapedJsonLayout(JsonTemplateLayout json) {
    super(StandardCharsets.UTF_8);
    this.json = json;
  }

  /// @param template where the fields of an event are described
  @PluginFactory
  public static EscapedJsonLayout of(
      @PluginConfiguration Configuration configuration,
      @PluginAttribute(value = "eventTemplateUri", defaultString = "classpath:EcsLayout.json")
          String template) {
    return new EscapedJsonLayout(
        JsonTemplateLayout.newBuilder()
            .setConfiguration(configuration)
            .setEventTemplateUri(template)
            .build());
  }

  @Override
  public String toSerializable(LogEvent event) {
    return StrangerText.inJson(json.toSerializable(event));
  }

  @Override
  public String getContentType() {
    return json.getContentType();
  }
}
