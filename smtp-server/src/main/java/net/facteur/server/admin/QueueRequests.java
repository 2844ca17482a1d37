package net.facteur.server.admin;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.syntax.Parsed;
import net.facteur.queue.Destination;
import net.facteur.queue.QueueFilter;
import net.facteur.queue.QueueId;
import net.facteur.queue.QueueOperator;
import net.facteur.server.language.Text;
import net.facteur.server.quarantine.QuarantineView;
import net.facteur.server.routing.AddressLiteral;
import net.facteur.server.routing.NextHop;

/// What the control socket asks of the queue.
public final class QueueRequests implements ServerControl.QueueControl {
  private static final QueueViewTexts SAY = QueueViewTexts.SAY;

  private final QueueOperator queue;
  private final QueueView view;
  private final InstantSource clock;

  /// @param quarantine where a message may be instead
  public QueueRequests(QueueOperator queue, QuarantineView quarantine, InstantSource clock) {
    this.queue = queue;
    this.view = new QueueView(queue, quarantine, clock);
    this.clock = clock;
  }

  @Override
  public Optional<Text> read(ControlRequest.QueueQuery query, Consumer<Map<String, Object>> out) {
    return view.answer(query, out);
  }

  @Override
  public Optional<Text> act(ControlRequest.QueueAct act, Consumer<Map<String, Object>> out) {
    if (act.action() == ServerControl.Action.MOVE) {
      Optional<Text> none = whyNoNextHop(act.to());
      if (none.isPresent()) {
        return none;
      }
    }
    QueueSelection selection = act.selection();
    QueueFilter among = selection.filter(clock.instant());
    var problems = new ArrayList<Text>();
    if (selection.ids().isEmpty()) {
      view.each(
          selection,
          Integer.MAX_VALUE,
          message -> done(message.id(), act, among).ifPresent(n -> tell(message.id(), n, out)));
    }
    for (String id : selection.ids()) {
      OptionalInt done =
          QueueId.isQueueId(id) ? done(new QueueId(id), act, among) : OptionalInt.empty();
      if (done.isPresent()) {
        tell(new QueueId(id), done.getAsInt(), out);
      } else {
        problems.add(QueueView.noSuchMessage(id));
      }
    }
    return problems.isEmpty() ? Optional.empty() : Optional.of(Text.lines(problems));
  }

  /// Why messages cannot be moved there; empty where they can.
  public static Optional<Text> whyNoNextHop(String text) {
    if (text.isEmpty() || text.length() > 1024) {
      return Optional.of(SAY.noNextHop());
    }
    return switch (NextHop.parse(new Destination(text))) {
      case Parsed.Malformed<NextHop>(int at, String expected) ->
          Optional.of(
              at > 0
                  ? SAY.wrongNextHopBehind(text, expected, text.substring(0, at))
                  : SAY.wrongNextHop(text, expected));
      case Parsed.Ok<NextHop>(NextHop.Nowhere _), Parsed.Ok<NextHop>(NextHop.Discard _) ->
          Optional.of(SAY.nowhere());
      case Parsed.Ok<NextHop>(NextHop.Relay(String host, int _)) when !isHost(host) ->
          Optional.of(SAY.wrongNextHop(text, NextHop.HOST));
      case Parsed.Ok<NextHop>(NextHop.Mx(DomainName domain)) when !domain.isHostName() ->
          Optional.of(SAY.wrongNextHop(text, NextHop.HOST));
      case Parsed.Ok<NextHop> _ -> Optional.empty();
    };
  }

  /// A name that can be a host's, and not only one of the DNS.
  private static boolean isHost(String host) {
    return AddressLiteral.parse(host).isPresent()
        || DomainName.parse(host).toOptional().filter(DomainName::isHostName).isPresent();
  }

  private static void tell(QueueId id, int recipients, Consumer<Map<String, Object>> out) {
    out.accept(Map.of("id", id.text(), "recipients", recipients));
  }

  private OptionalInt done(QueueId message, ControlRequest.QueueAct act, QueueFilter among) {
    CompletionStage<OptionalInt> done =
        switch (act.action()) {
          case RETRY -> queue.retryNow(message, among);
          case HOLD -> queue.hold(message, among);
          case RELEASE -> queue.release(message, among);
          case REMOVE -> queue.remove(message, among);
          case BOUNCE -> queue.bounce(message, among);
          case MOVE -> queue.move(message, among, new Destination(act.to()));
        };
    return done.toCompletableFuture().join();
  }
}
