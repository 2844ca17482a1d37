package net.facteur.server.smtp;

import java.nio.ByteBuffer;
import net.facteur.server.net.ContentReceiver;
import net.facteur.server.net.Step;

/// A receiver that lets another do the work.
abstract class ForwardingReceiver implements ContentReceiver {
  private final ContentReceiver to;

  ForwardingReceiver(ContentReceiver to) {
    this.to = to;
  }

  @Override
  public boolean mayBlock() {
    return to.mayBlock();
  }

  @Override
  public boolean wanted() {
    return to.wanted();
  }

  @Override
  public void take(ByteBuffer octets) {
    to.take(octets);
  }

  @Override
  public void spoiled() {
    to.spoiled();
  }

  @Override
  public void seal() {
    to.seal();
  }

  @Override
  public Step end() {
    return to.end();
  }
}
