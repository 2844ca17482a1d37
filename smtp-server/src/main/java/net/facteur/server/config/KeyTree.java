package net.facteur.server.config;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// The keys of the table as a tree, to follow a file's blocks through.
final class KeyTree {
  private final Map<String, KeyTree> children = new TreeMap<>();
  private Optional<Setting<?>> setting = Optional.empty();

  static KeyTree of(Collection<Setting<?>> settings) {
    var root = new KeyTree();
    for (Setting<?> setting : settings) {
      KeyTree node = root;
      for (String name : setting.key()) {
        node = node.children.computeIfAbsent(name, _ -> new KeyTree());
      }
      node.setting = Optional.of(setting);
    }
    return root;
  }

  /// The row that ends here.
  Optional<Setting<?>> setting() {
    return setting;
  }

  /// True where the names below are chosen by the administrator.
  boolean named() {
    return children.containsKey(Setting.ANY);
  }

  Optional<KeyTree> child(String name) {
    KeyTree exact = children.get(name);
    return Optional.ofNullable(exact != null ? exact : children.get(Setting.ANY));
  }

  /// The names that may stand here.
  Collection<String> names() {
    return children.keySet();
  }

  Optional<KeyTree> follow(List<String> path) {
    Optional<KeyTree> node = Optional.of(this);
    for (String name : path) {
      node = node.flatMap(n -> n.child(name));
    }
    return node;
  }
}
