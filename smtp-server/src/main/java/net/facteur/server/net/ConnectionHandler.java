package net.facteur.server.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.ByteToMessageDecoder;
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
final class ConnectionHandler extends ChannelInboundHandlerAdapter {
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

  private final Door door;
  private final TransportSettings.Times times;
  private final ConnectionLimits limits;
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

  private @Nullable Conversation conversation;
  private @Nullable ContentPump content;
  private @Nullable ContentClock clock;
  private @Nullable TlsStart tlsStart;
  private @Nullable AddressBlock network;
  private ByteBuf input = Unpooled.EMPTY_BUFFER;
  private Phase phase = Phase.PROXY;
  private String reason = "";
  private boolean counted;
  private boolean waiting;
  private boolean onDisk;
  private boolean working;
  private boolean inputEnded;
  private boolean inactive;
  private boolean draining;

  ConnectionHandler(
      Door door,
      ConnectionLimits limits,
      Executor blocking,
      String id,
      Consumer<ConnectionHandler> whenGone) {
    this.door = door;
    this.times = door.settings().times();
    this.limits = limits;
    this.blocking = blocking;
    this.id = id;
    this.whenGone = whenGone;
  }

  // ---- the life of the connection

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
    wire = new Wire(ctx);
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
    link = new ConnectionLink(ctx, id, door.tls().isPresent(), blocking);
    counted = limits.enter(door.settings().connections());
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
      input = ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(ctx.alloc(), input, octets);
      if (phase == Phase.GREETING && !times.greetingDelay().isZero()) {
        waiting = false;
        run(() -> apply(talk().breach(Breach.TALKED_TOO_EARLY)));
      } else {
        proceed();
      }
      pauseOrResume();
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
    dropInput();
    if (counted) {
      limits.leave();
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
      while (more && free()) {
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

  private boolean free() {
    return !waiting && phase != Phase.CLOSING && !wire().full();
  }

  private void leaveIfDone() {
    if (!free()) {
      return;
    }
    if (inputEnded) {
      hangUp("peer closed");
    } else if (draining && phase == Phase.COMMANDS && talk().idle()) {
      apply(talk().breach(Breach.SHUTDOWN));
    }
  }

  private boolean nextCommand() {
    LineFramer.Frame frame = framer.next(input, talk().lineLimit(), talk().takesBareLineFeeds());
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
    pauseOrResume();
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
      deadline().at(clock.arrived(wanted, deadline().now()));
    }
  }

  private boolean nextContent() {
    ContentPump pump = Objects.requireNonNull(content);
    if (pump.receiver().mayBlock()) {
      if (!pump.ready(input)) {
        return false;
      }
      pumpOffLoop(pump);
      return true;
    }
    if (!pump.pump(input)) {
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
    ByteBuf batch = input;
    input = Unpooled.EMPTY_BUFFER;
    waiting = true;
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
    if (inactive || phase == Phase.CLOSING) {
      batch.release();
      if (inactive) {
        finish();
      }
      return;
    }
    boolean more = input.isReadable() || last;
    int newer = input.readableBytes();
    input = ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(ctx().alloc(), batch, input);
    if (failure != null) {
      LOG.error("{} content failed", id, failure);
      hangUp("internal error");
      return;
    }
    contentArrived(newer);
    if (last) {
      run(() -> endContent(pump));
    } else if (more || inputEnded) {
      proceed();
    }
    wire().flush();
    pauseOrResume();
  }

  // ---- wire

  private void beginTls(Step.Reply reply) {
    // CVE-2011-0411: what was sent in the clear behind STARTTLS must never count as secured.
    if (input.isReadable()) {
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
    boolean unread = (input.isReadable() || content != null) && link().tls().isEmpty();
    phase = Phase.CLOSING;
    dropInput();
    if (wire().writeLast(reply, unread)) {
      deadline().in(LINGER);
    }
  }

  private void pauseOrResume() {
    wire().read(!waiting || input.readableBytes() <= door.settings().maxBuffered());
  }

  private void dropInput() {
    input.release();
    input = Unpooled.EMPTY_BUFFER;
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
          draining = true;
          if (phase == Phase.PROXY || phase == Phase.HANDSHAKE) {
            hangUp("shutdown");
          } else {
            proceed();
            wire().flush();
          }
        });
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
