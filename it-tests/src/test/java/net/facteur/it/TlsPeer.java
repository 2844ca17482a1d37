package net.facteur.it;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSslServerSessionContext;
import io.netty.handler.ssl.OpenSslSessionTicketKey;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/// Hosts of others that speak TLS and answer each line with itself, backwards or not.
enum TlsPeer {
  OPENSSL {
    @Override
    Running start(Ways ways, Path directory) throws Exception {
      var line =
          new ArrayList<>(List.of("/usr/bin/openssl", "s_server", "-rev", "-quiet", "-accept"));
      int port = World.freePort(LOOPBACK);
      line.add("127.0.0.1:" + port);
      line.addAll(List.of("-cert", ways.chain().certificateFile(directory).toString()));
      line.addAll(List.of("-cert_chain", ways.chain().issuerFile(directory).toString()));
      line.addAll(List.of("-key", ways.chain().keyFile(directory).toString()));
      line.add(ways.old() ? "-tls1_2" : "-tls1_3");
      if (!ways.tickets()) {
        line.add("-no_ticket");
      }
      if (ways.asks()) {
        line.addAll(List.of("-verify", "3"));
      }
      return program(line, port, directory);
    }
  },
  GNUTLS {
    @Override
    Running start(Ways ways, Path directory) throws Exception {
      int port = World.freePort(LOOPBACK);
      var line =
          new ArrayList<>(List.of("/usr/bin/gnutls-serv", "--echo", "--quiet", "--port=" + port));
      line.add("--x509certfile=" + ways.chain().certificateFile(directory));
      line.add("--x509keyfile=" + ways.chain().keyFile(directory));
      line.add("--priority=NORMAL:-VERS-ALL:+VERS-TLS1." + (ways.old() ? 2 : 3));
      if (!ways.tickets()) {
        line.add("--noticket");
      }
      if (!ways.asks()) {
        line.add("--disable-client-cert");
      }
      return program(line, port, directory);
    }
  },
  BORINGSSL {
    @Override
    Running start(Ways ways, Path directory) throws Exception {
      SslContext context =
          SslContextBuilder.forServer(
                  ways.chain().key().getPrivate(),
                  ways.chain().certificates().toArray(new java.security.cert.X509Certificate[0]))
              .sslProvider(SslProvider.OPENSSL_REFCNT)
              .protocols(ways.protocol())
              .clientAuth(ways.asks() ? ClientAuth.OPTIONAL : ClientAuth.NONE)
              .trustManager(InsecureTrustManagerFactory.INSTANCE)
              .build();
      if (ways.tickets()) {
        ((OpenSslServerSessionContext) context.sessionContext())
            .setTicketKeys(new OpenSslSessionTicketKey(random(16), random(16), random(16)));
      }
      var group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
      Channel channel =
          new ServerBootstrap()
              .group(group)
              .channel(NioServerSocketChannel.class)
              .childHandler(
                  new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel fresh) {
                      fresh.pipeline().addLast(context.newHandler(fresh.alloc()), new Echo());
                    }
                  })
              .bind(LOOPBACK, 0)
              .sync()
              .channel();
      return new Running(
          (InetSocketAddress) channel.localAddress(),
          () -> {
            var _ = channel.close();
            var _ = group.shutdownGracefully(0, 1, java.util.concurrent.TimeUnit.SECONDS);
          });
    }
  },
  JDK {
    @Override
    Running start(Ways ways, Path directory) throws Exception {
      var context = SSLContext.getInstance("TLS");
      context.init(
          ways.chain().keyManagers(),
          InsecureTrustManagerFactory.INSTANCE.getTrustManagers(),
          new SecureRandom());
      var listener = new ServerSocket(0, 50, LOOPBACK);
      Thread.startVirtualThread(
          () -> {
            while (!listener.isClosed()) {
              try {
                Socket plain = listener.accept();
                Thread.startVirtualThread(() -> echo(context, plain, ways));
              } catch (IOException _) {
                return;
              }
            }
          });
      return new Running((InetSocketAddress) listener.getLocalSocketAddress(), listener);
    }

    private void echo(SSLContext context, Socket plain, Ways ways) {
      try (plain) {
        var socket = (SSLSocket) context.getSocketFactory().createSocket(plain, null, true);
        socket.setUseClientMode(false);
        socket.setEnabledProtocols(new String[] {ways.protocol()});
        socket.setWantClientAuth(ways.asks());
        socket.getInputStream().transferTo(socket.getOutputStream());
      } catch (IOException _) {
        // the client has gone
      }
    }
  },
  NODE {
    @Override
    Running start(Ways ways, Path directory) throws Exception {
      int port = World.freePort(LOOPBACK);
      String script =
          """
          const tls = require('tls'), fs = require('fs'), crypto = require('crypto');
          tls.createServer({
            cert: fs.readFileSync(process.argv[1]), key: fs.readFileSync(process.argv[2]),
            minVersion: '%1$s', maxVersion: '%1$s', requestCert: %2$s, rejectUnauthorized: false,
            secureOptions: %3$s
          }, s => { s.on('error', () => {}); s.pipe(s); }).on('tlsClientError', () => {})
            .listen(%4$d, '127.0.0.1');
          """
              .formatted(
                  ways.protocol(),
                  ways.asks(),
                  ways.tickets() ? "0" : "crypto.constants.SSL_OP_NO_TICKET",
                  port);
      return program(
          List.of(
              "/usr/bin/node",
              "-e",
              script,
              ways.chain().certificateFile(directory).toString(),
              ways.chain().keyFile(directory).toString()),
          port,
          directory);
    }
  };

  private static final InetAddress LOOPBACK = World.loopback(1);

  /// How a host is set up.
  ///
  /// @param protocol the only one it speaks
  /// @param asks for a certificate of the client
  record Ways(String protocol, TlsChain chain, boolean tickets, boolean asks) {
    boolean old() {
      return protocol.equals("TLSv1.2");
    }
  }

  /// A host in service.
  record Running(InetSocketAddress address, Closeable stop) implements Closeable {
    @Override
    public void close() throws IOException {
      stop.close();
    }
  }

  /// Starts the host; it is ready. Where somebody else was quicker to take the port, another one is
  /// tried.
  Running ready(Ways ways, Path directory) throws Exception {
    for (int attempt = 1; ; attempt++) {
      try {
        return start(ways, directory);
      } catch (PortTakenException e) {
        if (attempt == 5) {
          throw e;
        }
      }
    }
  }

  /// Starts the host.
  ///
  /// @throws PortTakenException where the port that it was given is in use by now
  abstract Running start(Ways ways, Path directory) throws Exception;

  private static final class PortTakenException extends Exception {
    private static final long serialVersionUID = 1L;

    PortTakenException(String message) {
      super(message);
    }
  }

  private static Running program(List<String> line, int port, Path directory) throws Exception {
    Path log = directory.resolve("peer.log");
    // Some of them end with their input.
    Process process =
        new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    var address = new InetSocketAddress(LOOPBACK, port);
    Await.until(
        () -> line + ": " + java.nio.file.Files.readString(log),
        () -> {
          String said = java.nio.file.Files.readString(log);
          if (said.contains("ddress already in use")) {
            Command.stop(process);
            throw new PortTakenException(line + ": " + said);
          }
          if (!process.isAlive()) {
            throw new AssertionError(line + ": " + said);
          }
          return reachable(address);
        });
    return new Running(address, () -> Command.stop(process));
  }

  private static boolean reachable(InetSocketAddress address) {
    try (var socket = new Socket()) {
      socket.connect(address, 1000);
      return true;
    } catch (IOException _) {
      return false;
    }
  }

  private static byte[] random(int count) {
    var octets = new byte[count];
    new SecureRandom().nextBytes(octets);
    return octets;
  }

  private static final class Echo extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      var _ = context.writeAndFlush((ByteBuf) message);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      var _ = context.close();
    }
  }
}
