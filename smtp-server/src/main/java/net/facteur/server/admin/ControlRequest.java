package net.facteur.server.admin;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import net.facteur.auth.dkim.DkimPrivateKey;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.syntax.Parsed;
import net.facteur.server.accounts.User;
import net.facteur.server.accounts.UserChange;
import net.facteur.server.accounts.UserName;
import net.facteur.server.addresses.AddressChange;
import net.facteur.server.addresses.AddressEntry;
import net.facteur.server.feedback.FeedbackWish;
import net.facteur.server.keys.KeyName;
import net.facteur.server.keys.KeyWish;
import net.facteur.server.language.Language;
import net.facteur.server.limits.SendingWishes;
import net.facteur.server.quarantine.QuarantineWish;
import net.facteur.server.routes.FallbackWish;
import net.facteur.server.routes.RouteRequests;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// One request over the control socket.
public sealed interface ControlRequest {
  /// The version of the protocol that is spoken here.
  int VERSION = 1;

  /// What the language of the answer is called.
  String LANGUAGE = "language";

  /// What [WriteKey] is called.
  String WRITE_KEY = "dkim-write";

  /// How the names of all commands about the quarantine begin.
  String QUARANTINE = "quarantine-";

  /// What commands about the memory of mail begin with.
  String FEEDBACK = "feedback-";

  /// What commands about the mail of accounts begin with.
  String SENDING = "sending-";

  /// What commands about fallbacks begin with.
  String ROUTE = "route-fallback-";

  record Status() implements ControlRequest {}

  record Health() implements ControlRequest {}

  record Reload() implements ControlRequest {}

  record Stop() implements ControlRequest {}

  /// A look at the queue, which needs no running server.
  sealed interface QueueQuery extends ControlRequest {}

  /// @param limit 1 to 100,000
  record QueueList(QueueSelection selection, int limit) implements QueueQuery {
    public static final int MAX = 100_000;
  }

  record QueueShow(String id) implements QueueQuery {}

  /// The octets of a message.
  record QueueCat(String id) implements QueueQuery {}

  /// @param limit the most destinations, 1 to 100,000
  record QueueSummary(int limit) implements QueueQuery {}

  /// The life of the messages that somebody means.
  ///
  /// @param text a queue id, an address or a Message-ID
  record Why(String text, int limit) implements QueueQuery {}

  /// @param to for [ServerControl.Action#MOVE], the next hop; else empty
  record QueueAct(ServerControl.Action action, QueueSelection selection, String to)
      implements ControlRequest {}

  /// The sessions in which a user has logged in.
  ///
  /// @param user only those of this user
  record SessionList(Optional<String> user) implements ControlRequest {}

  /// Ends sessions; all of them without ids and user.
  ///
  /// @param user only those of this user
  record SessionEnd(List<String> ids, Optional<String> user) implements ControlRequest {
    public SessionEnd {
      ids = List.copyOf(ids);
    }
  }

  /// What is to become of the mail of an account; the answer's line has `messages`, `recipients`,
  /// and for [SendingWishes.Verb#RELEASE] `last`.
  record SendingAct(SendingWishes.Wish wish) implements ControlRequest {}

  /// What an account sends, and what of it is held: [AccountView].
  record SendingShow(String account) implements ControlRequest {}

  /// The ways that are closed: [RouteRequests#list].
  record RouteList() implements ControlRequest {}

  /// What is to become of a fallback: [RouteRequests#act].
  record RouteAct(FallbackWish wish) implements ControlRequest {}

  /// Answered as [net.facteur.server.feedback.FeedbackRequests] says.
  record AskFeedback(FeedbackWish wish) implements ControlRequest {}

  /// A change of a user; the answer's one line has the `outcome`.
  record ChangeUser(UserChange change) implements ControlRequest {}

  /// A change of an address of the store; the answer's one line has the `outcome`.
  record ChangeAddress(AddressChange change) implements ControlRequest {}

  /// Lets the server read the files again that commands have written: roles, absences, lists.
  record ReadAgain() implements ControlRequest {}

  /// What is to become of a key; the answer's lines have what it `says`, `notice`s, and `state`s.
  record ChangeKey(KeyWish wish) implements ControlRequest {}

  /// A key that is to lie in the directory of keys; the answer's one line says whether it was
  /// `written` or a key of that name `exists`.
  ///
  /// @param name the domain, and the selector of this very key
  record WriteKey(KeyName name, DkimPrivateKey key) implements ControlRequest {}

  /// What is to become of messages in quarantine; the answer's lines tell of each.
  record AskQuarantine(QuarantineWish wish) implements ControlRequest {}

  /// Asks for a certificate at once; the answer's line, where there is one, says why it was
  /// `refused`.
  record RenewCertificate() implements ControlRequest {}

  /// Sends the reports to others that wait for their hour; the answer's line has the number of
  /// `mails`.
  record SendReports() implements ControlRequest {}

  /// Tries each way by which alerts are told. Answered by a row for each.
  record TestAlerts() implements ControlRequest {}

  /// The line of JSON, without its end.
  ///
  /// @param language of who asks
  default String line(JsonMapper json, Language language) {
    Map<String, Object> arguments = new HashMap<>();
    String command =
        switch (this) {
          case Status() -> "status";
          case Health() -> "health";
          case Reload() -> "reload";
          case Stop() -> "stop";
          case QueueList(QueueSelection selection, int limit) -> {
            arguments.putAll(selection.arguments());
            arguments.put("limit", limit);
            yield "queue-list";
          }
          case QueueShow(String id) -> {
            arguments.put("id", id);
            yield "queue-show";
          }
          case QueueCat(String id) -> {
            arguments.put("id", id);
            yield "queue-cat";
          }
          case QueueSummary(int limit) -> {
            arguments.put("limit", limit);
            yield "queue-summary";
          }
          case Why(String text, int limit) -> {
            arguments.put("text", text);
            arguments.put("limit", limit);
            yield "why";
          }
          case QueueAct(ServerControl.Action action, QueueSelection selection, String to) -> {
            arguments.putAll(selection.arguments());
            arguments.put("next-hop", to);
            yield "queue-" + action.name().toLowerCase(Locale.ROOT);
          }
          case SessionList(Optional<String> user) -> {
            user.ifPresent(name -> arguments.put("user", name));
            yield "session-list";
          }
          case SessionEnd(List<String> ids, Optional<String> user) -> {
            arguments.put("ids", ids);
            user.ifPresent(name -> arguments.put("user", name));
            yield "session-end";
          }
          case SendingAct(SendingWishes.Wish(SendingWishes.Verb verb, String account)) -> {
            arguments.put("account", account);
            yield SENDING + verb.word();
          }
          case SendingShow(String account) -> {
            arguments.put("account", account);
            yield SENDING + "show";
          }
          case RouteList() -> "route-list";
          case RouteAct(
                  FallbackWish(FallbackWish.Verb verb, String name, Optional<String> route)) -> {
            arguments.put("name", name);
            route.ifPresent(its -> arguments.put("route", its));
            yield ROUTE + verb.word();
          }
          case AskFeedback(FeedbackWish(FeedbackWish.Verb verb, String what)) -> {
            arguments.put("address", what);
            yield FEEDBACK + verb.word();
          }
          case ChangeUser(UserChange change) ->
              switch (change) {
                case UserChange.Add(User user) -> {
                  arguments.put("line", user.line());
                  yield "user-add";
                }
                case UserChange.Replace(User before, User after) -> {
                  arguments.put("before", before.line());
                  arguments.put("line", after.line());
                  yield "user-replace";
                }
                case UserChange.Rename(UserName name, UserName to) -> {
                  arguments.put("line", name.text());
                  arguments.put("to", to.text());
                  yield "user-rename";
                }
                case UserChange.Remove(UserName name) -> {
                  arguments.put("line", name.text());
                  yield "user-remove";
                }
              };
          case ChangeAddress(AddressChange change) ->
              switch (change) {
                case AddressChange.Put(AddressEntry entry, boolean replace) -> {
                  arguments.put("line", entry.line());
                  arguments.put("replace", replace);
                  yield "address-put";
                }
                case AddressChange.Remove(String key) -> {
                  arguments.put("line", key);
                  yield "address-remove";
                }
              };
          case ChangeKey(KeyWish(var verb, DomainName domain, String selector, String by)) -> {
            arguments.put("domain", domain.text());
            arguments.put("selector", selector);
            arguments.put("by", by);
            yield "dkim-" + verb.word();
          }
          case WriteKey(KeyName(DomainName domain, String selector), DkimPrivateKey key) -> {
            arguments.put("domain", domain.text());
            arguments.put("selector", selector);
            arguments.put("key", key.toPem());
            yield WRITE_KEY;
          }
          case AskQuarantine(QuarantineWish wish) -> {
            arguments.put("id", wish.id());
            arguments.put("to", wish.to());
            arguments.put("harmful", wish.harmful());
            arguments.put("by", wish.by());
            yield QUARANTINE + wish.verb().word();
          }
          case ReadAgain() -> "read-again";
          case RenewCertificate() -> "tls-renew";
          case SendReports() -> "reports-send";
          case TestAlerts() -> "alerts-test";
        };
    return json.writeValueAsString(
        Map.of(
            "version",
            VERSION,
            "command",
            command,
            "arguments",
            arguments,
            LANGUAGE,
            language.code()));
  }

  /// The language in which a line is to be answered; English where it says none that is known.
  static Language language(String line, JsonMapper json) {
    try {
      return Language.of(json.readTree(line).path(LANGUAGE).asString("")).orElse(Language.ENGLISH);
    } catch (JacksonException e) {
      return Language.ENGLISH;
    }
  }

  /// Reads a line.
  static Parsed<ControlRequest> parse(String line, JsonMapper json) {
    JsonNode root;
    try {
      root = json.readTree(line);
    } catch (JacksonException e) {
      return Parsed.malformed(0, "a line of JSON");
    }
    if (root.path("version").asInt(0) != VERSION) {
      return Parsed.malformed(0, "version " + VERSION + " of the control protocol");
    }
    JsonNode arguments = root.path("arguments");
    String id = arguments.path("id").asString("");
    int limit = Math.clamp(arguments.path("limit").asInt(1000), 1, QueueList.MAX);
    return switch (root.path("command").asString("")) {
      case "status" -> Parsed.ok(new Status());
      case "health" -> Parsed.ok(new Health());
      case "reload" -> Parsed.ok(new Reload());
      case "stop" -> Parsed.ok(new Stop());
      case "queue-list" -> Parsed.ok(new QueueList(QueueSelection.parse(arguments), limit));
      case "queue-show" -> Parsed.ok(new QueueShow(id));
      case "queue-cat" -> Parsed.ok(new QueueCat(id));
      case "queue-summary" -> Parsed.ok(new QueueSummary(limit));
      case "why" -> Parsed.ok(new Why(arguments.path("text").asString(""), limit));
      case "session-list" -> Parsed.ok(new SessionList(text(arguments, "user")));
      case "session-end" -> sessionEnd(arguments);
      case "user-add" ->
          user(arguments, "line").map(user -> new ChangeUser(new UserChange.Add(user)));
      case "user-replace" -> replacement(arguments);
      case "user-rename" -> renaming(arguments);
      case "user-remove" ->
          user(arguments, "line").map(user -> new ChangeUser(new UserChange.Remove(user.name())));
      case "address-put" ->
          AddressEntry.parse(arguments.path("line").asString(""))
              .<Parsed<ControlRequest>>map(
                  entry ->
                      Parsed.ok(
                          new ChangeAddress(
                              new AddressChange.Put(
                                  entry, arguments.path("replace").asBoolean(false)))))
              .orElseGet(() -> Parsed.malformed(0, "a line of the file of addresses"));
      case "address-remove" ->
          Parsed.ok(
              new ChangeAddress(new AddressChange.Remove(arguments.path("line").asString(""))));
      case "route-list" -> Parsed.ok(new RouteList());
      case String other when other.startsWith(ROUTE) -> fallback(other, arguments);
      case "read-again" -> Parsed.ok(new ReadAgain());
      case "tls-renew" -> Parsed.ok(new RenewCertificate());
      case "reports-send" -> Parsed.ok(new SendReports());
      case "alerts-test" -> Parsed.ok(new TestAlerts());
      case WRITE_KEY -> newKey(arguments);
      case String other when other.startsWith(FEEDBACK) -> feedback(other, arguments);
      case String other when other.startsWith(SENDING) -> sending(other, arguments);
      case String other when other.startsWith(QUARANTINE) -> quarantine(other, arguments);
      case String other when other.startsWith("dkim-") -> key(other, arguments);
      case String other -> action(other, arguments);
    };
  }

  private static Parsed<ControlRequest> fallback(String command, JsonNode arguments) {
    String name = arguments.path("name").asString("");
    Optional<String> route = text(arguments, "route");
    if (!FallbackWish.isName(name) || !route.map(FallbackWish::isName).orElse(true)) {
      return Parsed.malformed(0, "the name of a provider or a route");
    }
    return FallbackWish.Verb.of(command.substring(ROUTE.length()))
        .<Parsed<ControlRequest>>map(
            verb -> Parsed.ok(new RouteAct(new FallbackWish(verb, name, route))))
        .orElseGet(() -> Parsed.malformed(0, "now or end"));
  }

  private static Parsed<ControlRequest> feedback(String command, JsonNode arguments) {
    String what = arguments.path("address").asString("");
    return FeedbackWish.Verb.of(command.substring(FEEDBACK.length()))
        .filter(verb -> !verb.names() || FeedbackWish.isAddress(what))
        .map(verb -> new AskFeedback(new FeedbackWish(verb, what)))
        .<Parsed<ControlRequest>>map(Parsed::ok)
        .orElseGet(
            () -> Parsed.malformed(0, "dead, forwards, share, or forget or retry with an address"));
  }

  private static Parsed<ControlRequest> sending(String command, JsonNode arguments) {
    String account = arguments.path("account").asString("");
    String word = command.substring(SENDING.length());
    if (!SendingWishes.isAccount(account)) {
      return Parsed.malformed(0, "the name of an account");
    }
    return word.equals("show")
        ? Parsed.ok(new SendingShow(account))
        : SendingWishes.Verb.of(word)
            .map(verb -> new SendingWishes.Wish(verb, account))
            .<Parsed<ControlRequest>>map(wish -> Parsed.ok(new SendingAct(wish)))
            .orElseGet(() -> Parsed.malformed(0, "hold, release, drop or show"));
  }

  private static Parsed<ControlRequest> sessionEnd(JsonNode arguments) {
    List<String> ids = new ArrayList<>();
    arguments.path("ids").forEach(id -> ids.add(id.asString("")));
    return Parsed.ok(new SessionEnd(ids, text(arguments, "user")));
  }

  private static Optional<String> text(JsonNode arguments, String name) {
    return arguments.has(name) ? Optional.of(arguments.path(name).asString("")) : Optional.empty();
  }

  private static Parsed<ControlRequest> replacement(JsonNode arguments) {
    Optional<User> before = User.parse(arguments.path("before").asString(""));
    Optional<User> after = User.parse(arguments.path("line").asString(""));
    return before.isPresent() && after.isPresent() && before.get().name().equals(after.get().name())
        ? Parsed.ok(new ChangeUser(new UserChange.Replace(before.get(), after.get())))
        : Parsed.malformed(0, "a user as he was, and as he shall be");
  }

  private static Parsed<ControlRequest> renaming(JsonNode arguments) {
    Optional<UserName> name = UserName.parse(arguments.path("line").asString(""));
    Optional<UserName> to = UserName.parse(arguments.path("to").asString(""));
    return name.isPresent() && to.isPresent()
        ? Parsed.ok(new ChangeUser(new UserChange.Rename(name.get(), to.get())))
        : Parsed.malformed(0, "the name of a user, and another");
  }

  private static Parsed<User> user(JsonNode arguments, String name) {
    return User.parse(arguments.path(name).asString(""))
        .map(Parsed::ok)
        .orElseGet(() -> Parsed.malformed(0, "a line of the users file"));
  }

  private static Parsed<ControlRequest> key(String command, JsonNode arguments) {
    Optional<KeyWish.Verb> verb = KeyWish.Verb.of(command.substring("dkim-".length()));
    Optional<DomainName> domain =
        DomainName.parse(arguments.path("domain").asString("")).toOptional();
    String selector = arguments.path("selector").asString("");
    return verb.isEmpty()
            || domain.isEmpty()
            || (!selector.isEmpty() && !KeyName.isSelector(selector))
        ? Parsed.malformed(0, "a change of a DKIM key, its domain and its selector")
        : Parsed.ok(
            new ChangeKey(
                new KeyWish(
                    verb.get(), domain.get(), selector, arguments.path("by").asString("?"))));
  }

  private static Parsed<ControlRequest> quarantine(String command, JsonNode arguments) {
    List<String> to = new ArrayList<>();
    arguments.path("to").forEach(address -> to.add(address.asString("")));
    return QuarantineWish.Verb.of(command.substring(QUARANTINE.length()))
        .<Parsed<ControlRequest>>map(
            verb ->
                Parsed.ok(
                    new AskQuarantine(
                        new QuarantineWish(
                            verb,
                            arguments.path("id").asString(""),
                            to,
                            arguments.path("harmful").asBoolean(false),
                            arguments.path("by").asString("?")))))
        .orElseGet(() -> Parsed.malformed(0, "something to do with the quarantine"));
  }

  private static Parsed<ControlRequest> newKey(JsonNode arguments) {
    Optional<DomainName> domain =
        DomainName.parse(arguments.path("domain").asString(""))
            .toOptional()
            .filter(DomainName::isHostName);
    String selector = arguments.path("selector").asString("");
    Optional<DkimPrivateKey> key =
        DkimPrivateKey.parse(arguments.path("key").asString("")).toOptional();
    return domain.isEmpty() || key.isEmpty() || !KeyName.isSelector(selector)
        ? Parsed.malformed(0, "a DKIM key, its domain and its selector")
        : Parsed.ok(new WriteKey(new KeyName(domain.get(), selector), key.get()));
  }

  private static Parsed<ControlRequest> action(String command, JsonNode arguments) {
    for (ServerControl.Action action : ServerControl.Action.values()) {
      if (command.equals("queue-" + action.name().toLowerCase(Locale.ROOT))) {
        return Parsed.ok(
            new QueueAct(
                action, QueueSelection.parse(arguments), arguments.path("next-hop").asString("")));
      }
    }
    Optional<String> shown = Optional.of(command).filter(c -> c.length() < 50);
    return Parsed.malformed(0, "a known command" + shown.map(c -> ", not " + c).orElse(""));
  }
}
