package net.facteur.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClosingStackTest {
  private final List<String> closed = new ArrayList<>();
  private final ClosingStack stack = new ClosingStack();

  @Test
  void whatCameLastIsClosedFirst() {
    List.of("queue", "web", "listeners").forEach(part -> stack.push(() -> closed.add(part)));
    stack.close();
    assertEquals(List.of("listeners", "web", "queue"), closed);
  }

  @Test
  void aPartThatCannotBeClosedKeepsNoOtherOpen() {
    stack.push(() -> closed.add("queue"));
    stack.push(
        () -> {
          throw new IllegalStateException("stuck");
        });
    stack.push(() -> closed.add("listeners"));
    stack.close();
    assertEquals(List.of("listeners", "queue"), closed);
  }

  @Test
  void nothingIsClosedTwiceNorAfterItWasReleased() {
    stack.push(() -> closed.add("queue"));
    stack.close();
    stack.close();
    stack.push(() -> closed.add("web"));
    stack.release();
    stack.close();
    assertEquals(List.of("queue"), closed);
  }
}
