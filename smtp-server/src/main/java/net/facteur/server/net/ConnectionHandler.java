package net.facteur.server.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import net.facteur.server.net.Conversation.Breach;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/// One connection, from accept to close. Everything runs on its event loop, but for writes to disk.
final class ConnectionHandler extends ChannelInboundHandlerAdapter
    implements ConnectionLimits.Guest {
  private static final Logger LOG = LogManager.getLogger(ConnectionHandler.class);

  /// How long a peer that is being told to go may take to read it.
  private static final Duration LINGER = Duration.ofSeconds(3);

  /// What the next octets are, or what is awaited instead.
  private enum Phase {
    /// The header of a trusted proxy.
    PROXY,
    /// A TLS handshake.
    HANDSHAKE,
    /// Our greeting.
    GREETING,
    /// Command lines.
    COMMANDS,
    /// DATA or BDAT.
    CONTENT,
    /// The last reply is out; what comes is dropped.
    CLOSING
  }

  /// In place of the moment since when the peer lets us wait: it waits for us.
  private static final long BUSY = Long.MIN_VALUE;

  /// Commands of one connection that are done in a row while others of its event loop wait.
  private static final int TURN = 64;

  private final Door door;
  private final TransportSettings.Times times;
  private final ConnectionLimits limits;
  private final MemoryBudget memory;
  private final Executor blocking;
  private final String id;
  private final Consumer<ConnectionHandler> whenGone;
  private final CompletableFuture<Void> gone = new CompletableFuture<>();
  private final LineFramer framer = new LineFramer();

  // Set when the handler joins its channel.
  private @Nullable ChannelHandlerContext context;
  private @Nullable ConnectionLink link;
  private @Nullable Wire wire;
  private @Nullable Deadline deadline;
  private @Nullable ReceivedOctets input;

  private @Nullable Conversation conversation;
  private @Nullable ContentPump content;
  private @Nullable ContentClock clock;
  private @Nullable TlsStart tlsStart;
  private @Nullable AddressBlock network;
  private MemoryBudget.@Nullable Loan loan;
  private volatile long idleSince = BUSY;
  private int onItsWay;
  private Phase phase = Phase.PROXY;
  private String reason = "";
  private boolean counted;
  private boolean waiting;
  private boolean queued;
  private boolean onDisk;
  private boolean working;
  private boolean inputEnded;
  private boolean inactive;
  private boolean dismissed;
  private @Nullable Breach farewell;

  ConnectionHandler(
      Door door,
      ConnectionLimits limits,
      MemoryBudget memory,
      Executor blocking,
      String id,
      Consumer<ConnectionHandler> whenGone) {
    this.door = door;
    this.times = door.settings().times();
    this.limits = limits;
    this.memory = memory;
    this.blocking = blocking;
    this.id = id;
    this.whenGone = whenGone;
  }

  // ---- the life of the connection

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
    wire = new Wire(ctx);
    input = new ReceivedOctets(ctx.alloc());
    deadline = new Deadline(ctx.executor(), this::expired);
    if (ctx.channel().isActive()) {
      accepted(ctx);
    }
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    accepted(ctx);
  }

  private void accepted(ChannelHandlerContext ctx) {
    if (link != null) {
      return;
    }
    link =
        new ConnectionLink(
            ctx,
            id,
            door.tls().isPresent(),
            blocking,
            this::dismiss,
            () -> memory.open(Objects.requireNonNull(network)));
    peerIsToSpeak();
    counted = limits.enter(this, door.settings());
    if (!counted) {
      turnAway();
      return;
    }
    deadline().in(times.handshake());
    InetAddress peer = link().remote().getAddress();
    if (door.settings().trustedProxies().stream().anyMatch(p -> p.contains(peer))) {
      ctx.pipeline().addFirst(new HAProxyMessageDecoder());
    } else {
      known();
    }
  }

  private void proxied(HAProxyMessage message) {
    Optional<ProxyHeader> header = ProxyHeader.of(message);
    message.release();
    if (phase == Phase.PROXY) {
      header.ifPresent(link()::proxied);
      known();
    }
  }

  /// The client's address is known.
  private void known() {
    InetAddress peer = link().remote().getAddress();
    network = limits.enter(peer, door.settings().connections()).orElse(null);
    if (network == null) {
      turnAway();
      return;
    }
    loan = memory.open(network);
    if (!loan.take(MemoryBudget.CONNECTION)) {
      turnAway();
      return;
    }
    conversation = door.conversations().open(link());
    if (door.tlsFirst()) {
      startHandshake();
    } else {
      greet();
    }
  }

  private void turnAway() {
    LOG.info("{} {} turned away: too many connections", id, link().remote());
    if (door.tlsFirst()) {
      hangUp("too many connections");
    } else {
      send(new Step.Reply(List.of(door.conversations().overloaded()), true));
    }
  }

  private void greet() {
    phase = Phase.GREETING;
    deadline().in(times.service());
    if (times.greetingDelay().isZero()) {
      begin();
    } else {
      waiting = true;
      idleSince = BUSY;
      var _ = link().after(times.greetingDelay()).thenRun(this::begin);
    }
  }

  private void begin() {
    waiting = false;
    if (phase == Phase.GREETING && !inactive) {
      run(() -> apply(talk().begin()));
      wire().flush();
    }
  }

  private void startHandshake() {
    phase = Phase.HANDSHAKE;
    peerIsToSpeak();
    deadline().in(times.handshake());
    tlsStart = new TlsStart(door.tls().orElseThrow(), times.handshake());
    ctx().pipeline().addFirst(tlsStart);
  }

  private void handshaken(SslHandshakeCompletionEvent event) {
    SslHandler handler = ctx().pipeline().get(SslHandler.class);
    TlsStart start = tlsStart;
    if (!event.isSuccess() || handler == null || start == null) {
      hangUp("TLS handshake failed: " + event.cause());
      return;
    }
    if (phase != Phase.HANDSHAKE) {
      return;
    }
    link().secured(new NettyTlsSession(handler.engine().getSession(), start.serverName()));
    if (door.tlsFirst()) {
      greet();
    } else {
      awaitCommand();
      run(() -> talk().secured());
    }
  }

  // ---- events

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (message instanceof HAProxyMessage header) {
      proxied(header);
    } else if (!(message instanceof ByteBuf octets) || phase == Phase.CLOSING) {
      ReferenceCountUtil.release(message);
    } else {
      contentArrived(octets.readableBytes());
      input().add(octets);
      if (phase == Phase.GREETING && !times.greetingDelay().isZero()) {
        waiting = false;
        run(() -> apply(talk().breach(Breach.TALKED_TOO_EARLY)));
      } else {
        proceed();
      }
      settle();
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    wire().flush();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (ctx.channel().isWritable()) {
      proceed();
      wire().flush();
      settle();
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof SslHandshakeCompletionEvent handshake) {
      handshaken(handshake);
    } else if (event instanceof ChannelInputShutdownEvent
        || event instanceof SslCloseCompletionEvent) {
      inputEnded = true;
      if (phase == Phase.CLOSING) {
        wire().close();
      }
      proceed();
      wire().flush();
    } else {
      ctx.fireUserEventTriggered(event);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (phase == Phase.PROXY) {
      hangUp("no PROXY header");
    } else if (phase == Phase.HANDSHAKE) {
      hangUp("TLS handshake failed: " + cause);
    } else if (cause instanceof IOException) {
      hangUp("connection lost");
    } else if (cause instanceof DecoderException) {
      hangUp("TLS broken: " + cause);
    } else {
      LOG.error("{} connection failed", id, cause);
      hangUp("internal error");
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    ended();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    ended();
  }

  private void ended() {
    inactive = true;
    deadline().cancel();
    if (!onDisk) {
      finish();
    }
  }

  private void finish() {
    if (gone.isDone()) {
      return;
    }
    phase = Phase.CLOSING;
    input().drop();
    if (counted) {
      limits.leave(this);
    }
    if (loan != null) {
      loan.close();
    }
    if (network != null) {
      limits.leave(network);
    }
    try {
      if (conversation != null) {
        conversation.ended(reason.isEmpty() ? "peer closed" : reason);
      }
    } finally {
      whenGone.accept(this);
      gone.complete(null);
    }
  }

  // ---- work

  private void proceed() {
    run(() -> {});
  }

  /// Does `first`, then whatever the input allows.
  private void run(Runnable first) {
    if (working || phase == Phase.CLOSING) {
      return;
    }
    working = true;
    try {
      first.run();
      boolean more = true;
      for (int done = 0; more && free() && !dismissed; done++) {
        if (done == TURN) {
          letOthersGo();
          break;
        }
        more =
            switch (phase) {
              case COMMANDS -> nextCommand();
              case CONTENT -> nextContent();
              case PROXY, HANDSHAKE, GREETING, CLOSING -> false;
            };
      }
      leaveIfDone();
    } catch (RuntimeException e) {
      LOG.error("{} conversation failed", id, e);
      hangUp("internal error");
    } finally {
      working = false;
    }
    if (waiting) {
      wire().flush();
    }
  }

  /// What is left is done when the other connections of this event loop had their turn.
  private void letOthersGo() {
    queued = true;
    ctx()
        .executor()
        .execute(
            () -> {
              queued = false;
              proceed();
              wire().flush();
              settle();
            });
  }

  private boolean free() {
    return !waiting && !queued && phase != Phase.CLOSING && !wire().full();
  }

  private void leaveIfDone() {
    if (dismissed && !waiting && (phase == Phase.COMMANDS || phase == Phase.CONTENT)) {
      reason = "ended by us";
      apply(talk().breach(Breach.DISMISSED));
      return;
    }
    if (!free()) {
      return;
    }
    if (inputEnded) {
      hangUp("peer closed");
    } else if (farewell != null && phase == Phase.COMMANDS && talk().idle()) {
      apply(talk().breach(farewell));
    }
  }

  private boolean nextCommand() {
    switch (input().skip()) {
      case NONE -> {}
      case PART -> {
        return false;
      }
      case WHOLE -> {
        apply(talk().breach(Breach.NO_MEMORY));
        return true;
      }
      case ENDLESS -> {
        apply(talk().breach(Breach.ENDLESS_LINE));
        return true;
      }
    }
    LineFramer.Frame frame =
        framer.next(input().octets(), talk().lineLimit(), talk().takesBareLineFeeds());
    if (frame == null) {
      return false;
    }
    switch (frame) {
      case LineFramer.Frame.Line(byte[] line) -> apply(talk().command(line));
      case LineFramer.Frame.Broken(Breach breach) -> apply(talk().breach(breach));
    }
    return true;
  }

  private void apply(Step step) {
    switch (step) {
      case Step.Reply reply -> {
        send(reply);
        awaitCommand();
      }
      case Step.StartTls(Step.Reply reply) -> beginTls(reply);
      case Step.Data(Step.Reply reply, ContentReceiver receiver) -> {
        send(reply);
        beginContent(new ContentPump.Dotted(receiver, new DotDecoder(talk().takesBareLineFeeds())));
      }
      case Step.Chunk(long octets, ContentReceiver receiver) ->
          beginContent(new ContentPump.Counted(receiver, octets));
      case Step.Later<?> later -> await(later);
      case Step.Hangup() -> hangUp("closed by us");
    }
  }

  private void awaitCommand() {
    if (phase != Phase.CLOSING) {
      phase = Phase.COMMANDS;
      peerIsToSpeak();
      deadline().in(times.command());
    }
  }

  private <T> void await(Step.Later<T> later) {
    CompletableFuture<T> future = later.stage().toCompletableFuture();
    if (future.isDone()) {
      apply(settled(later, future));
      return;
    }
    waiting = true;
    idleSince = BUSY;
    deadline().in(times.service());
    var _ =
        future.whenComplete(
            (_, _) -> ctx().executor().execute(() -> resume(() -> apply(settled(later, future)))));
  }

  private static <T> Step settled(Step.Later<T> later, CompletableFuture<T> future) {
    if (future.state() == Future.State.SUCCESS) {
      return later.then().apply(future.resultNow(), null);
    }
    Throwable failure = future.isCancelled() ? new CancellationException() : future.exceptionNow();
    return later.then().apply(null, failure);
  }

  private void resume(Runnable next) {
    waiting = false;
    if (phase == Phase.CLOSING || inactive) {
      return;
    }
    run(next);
    wire().flush();
    settle();
  }

  // ---- content

  private void beginContent(ContentPump pump) {
    if (phase != Phase.CLOSING) {
      phase = Phase.CONTENT;
      content = pump;
      clock = new ContentClock(times, deadline().now());
      contentArrived(0);
    }
  }

  private void contentArrived(int octets) {
    if (phase == Phase.CONTENT && !waiting && content != null && clock != null) {
      int wanted = content.receiver().wanted() ? octets : 0;
      long now = deadline().now();
      deadline().at(clock.arrived(wanted, now));
      idleSince = now - clock.behind(now);
    }
  }

  private boolean nextContent() {
    ContentPump pump = Objects.requireNonNull(content);
    if (pump.receiver().mayBlock()) {
      if (!pump.ready(input().octets())) {
        return false;
      }
      pumpOffLoop(pump);
      return true;
    }
    if (!pump.pump(input().octets())) {
      return false;
    }
    if (pump.receiver().mayBlock()) {
      // Only the end is left to do.
      pumpOffLoop(new ContentPump.Counted(pump.receiver(), 0));
      return true;
    }
    pump.receiver().seal();
    endContent(pump);
    return true;
  }

  private void endContent(ContentPump pump) {
    content = null;
    apply(pump.receiver().end());
  }

  /// Lets another thread work on the input collected so far, while this one collects what follows.
  private void pumpOffLoop(ContentPump pump) {
    ByteBuf batch = input().takeAll();
    onItsWay = batch.capacity();
    waiting = true;
    idleSince = BUSY;
    onDisk = true;
    deadline().in(times.service());
    blocking.execute(
        () -> {
          boolean ended = false;
          Throwable failed = null;
          try {
            ended = pump.pump(batch);
            if (ended) {
              pump.receiver().seal();
            }
          } catch (RuntimeException e) {
            failed = e;
          }
          boolean last = ended;
          Throwable failure = failed;
          ctx().executor().execute(() -> pumped(pump, batch, last, failure));
        });
  }

  private void pumped(ContentPump pump, ByteBuf batch, boolean last, @Nullable Throwable failure) {
    waiting = false;
    onDisk = false;
    onItsWay = 0;
    if (inactive || phase == Phase.CLOSING) {
      batch.release();
      if (inactive) {
        finish();
      }
      return;
    }
    boolean more = input().any() || last;
    int newer = input().size();
    input().putBack(batch);
    if (failure != null) {
      LOG.error("{} content failed", id, failure);
      hangUp("internal error");
      return;
    }
    contentArrived(newer);
    if (last && !dismissed) {
      run(() -> endContent(pump));
    } else if (more || inputEnded || dismissed) {
      proceed();
    }
    wire().flush();
    settle();
  }

  // ---- wire

  private void beginTls(Step.Reply reply) {
    // CVE-2011-0411: what was sent in the clear behind STARTTLS must never count as secured.
    if (input().any()) {
      apply(talk().breach(Breach.INJECTED_BEFORE_TLS));
      return;
    }
    send(reply);
    wire().flush();
    startHandshake();
  }

  private void send(Step.Reply reply) {
    if (phase == Phase.CLOSING) {
      return;
    }
    if (!reply.close()) {
      wire().write(reply);
      return;
    }
    if (reason.isEmpty()) {
      reason = "closed with " + reply.lines().getLast().subSequence(0, 3);
    }
    boolean unread = (input().any() || content != null) && link().tls().isEmpty();
    phase = Phase.CLOSING;
    input().drop();
    if (wire().writeLast(reply, unread)) {
      deadline().in(LINGER);
    }
  }

  /// Pays for what has been received and not taken, and stops reading while it cannot be taken: the
  /// peer then waits too, whether we are at work or it does not read our replies.
  private void settle() {
    if (phase == Phase.CLOSING) {
      return;
    }
    boolean room = paid();
    if (!room && phase == Phase.COMMANDS && free()) {
      input().skipLine();
      proceed();
      wire().flush();
      room = paid();
    }
    boolean ahead = room && input().size() <= door.settings().maxBuffered();
    if (phase != Phase.CLOSING) {
      wire().read(!wire().full() && (ahead || !(waiting || queued)));
    }
  }

  private boolean paid() {
    long held = MemoryBudget.CONNECTION + (long) input().trim() + onItsWay;
    return loan == null || loan.hold(held);
  }

  private void hangUp(String why) {
    if (phase != Phase.CLOSING) {
      reason = why;
      phase = Phase.CLOSING;
    }
    wire().close();
  }

  private void expired() {
    switch (phase) {
      case PROXY, HANDSHAKE -> hangUp("handshake timed out");
      case CLOSING -> wire().close();
      case GREETING, COMMANDS, CONTENT -> {
        Breach breach = Breach.TIMEOUT;
        if (waiting) {
          breach = Breach.SERVICE_TIMEOUT;
        } else if (phase == Phase.CONTENT && clock != null && clock.over(deadline().now())) {
          breach = Breach.TOO_SLOW;
        }
        reason = breach.name();
        apply(talk().breach(breach));
      }
    }
  }

  // ---- from other threads

  /// Lets the connection end at the next moment when nothing is under way.
  void drain() {
    onLoop(
        () -> {
          farewell = Breach.SHUTDOWN;
          if (phase == Phase.PROXY || phase == Phase.HANDSHAKE) {
            hangUp("shutdown");
          } else {
            proceed();
            wire().flush();
          }
        });
  }

  /// Sends the client away, even in the middle of a message.
  private void dismiss() {
    onLoop(
        () -> {
          dismissed = true;
          proceed();
          wire().flush();
        });
  }

  @Override
  public long idleNanos() {
    long since = idleSince;
    return since == BUSY || context == null ? 0 : Math.max(0, deadline().now() - since);
  }

  @Override
  public void makeRoom() {
    onLoop(
        () -> {
          switch (phase) {
            case CLOSING -> {}
            case PROXY, HANDSHAKE -> hangUp("made room for another");
            case GREETING, COMMANDS, CONTENT -> {
              if (waiting) {
                farewell = farewell == null ? Breach.CROWDED : farewell;
              } else {
                apply(talk().breach(Breach.CROWDED));
              }
            }
          }
        });
  }

  private void peerIsToSpeak() {
    idleSince = deadline().now();
  }

  void abort() {
    onLoop(() -> hangUp("shutdown"));
  }

  /// Completes when nothing of the connection is left.
  CompletableFuture<Void> gone() {
    return gone;
  }

  private void onLoop(Runnable task) {
    ChannelHandlerContext ctx = context;
    if (ctx != null) {
      ctx.executor().execute(task);
    }
  }

  private ChannelHandlerContext ctx() {
    return Objects.requireNonNull(context);
  }

  private ConnectionLink link() {
    return Objects.requireNonNull(link);
  }

  private ReceivedOctets input() {
    return Objects.requireNonNull(input);
  }

  private Wire wire() {
    return Objects.requireNonNull(wire);
  }

  private Deadline deadline() {
    return Objects.requireNonNull(deadline);
  }

  private Conversation talk() {
    return Objects.requireNonNull(conversation);
  }
}
