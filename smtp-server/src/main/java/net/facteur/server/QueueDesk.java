package net.facteur.server;

import java.util.Map;
import java.util.function.Consumer;
import net.facteur.queue.run.QueueRunner;
import net.facteur.server.admin.ServerControl;

/// What the control socket asks of the queue.
final class QueueDesk implements ServerControl.QueueControl {
  private final QueueRunner queue;

  QueueDesk(QueueRunner queue) {
    this.queue = queue;
  }

  @Override
  public void list(int limit, Consumer<Map<String, Object>> out) {
    out.accept(Map.of("full", queue.full()));
  }

  @Override
  public Map<String, Object> show(String id) {
    return Map.of();
  }

  @Override
  public boolean act(ServerControl.Action action, String id) {
    return false;
  }
}
