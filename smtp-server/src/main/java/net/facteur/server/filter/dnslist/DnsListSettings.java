package net.facteur.server.filter.dnslist;

import static net.facteur.server.config.SettingTypes.choice;
import static net.facteur.server.config.SettingTypes.duration;
import static net.facteur.server.config.SettingTypes.integer;
import static net.facteur.server.config.SettingTypes.list;
import static net.facteur.server.config.SettingTypes.scalar;
import static net.facteur.server.filter.dnslist.DnsListTexts.SAY;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import net.facteur.auth.dnslist.DnsList;
import net.facteur.server.config.Rows;
import net.facteur.server.config.Setting;
import net.facteur.server.config.SettingType;
import net.facteur.server.config.SettingType.Reading;
import net.facteur.server.config.Settings;

/// Which lists are asked, and what their sum leads to.
///
/// @param block those with addresses that are to be suspected
/// @param allow those with addresses that are known to be good
/// @param domains those with domains that are to be suspected
/// @param threshold the sum from which something is done
/// @param action what is done
/// @param timeLimit how long one message waits for all lists together
public record DnsListSettings(
    List<WeighedList> block,
    List<WeighedList> allow,
    List<WeighedList> domains,
    int threshold,
    ListAction action,
    Duration timeLimit) {
  /// Most lists of addresses of one kind.
  private static final int MAX_LISTS = 20;

  /// Most lists of domains; each is asked about several domains of a message.
  private static final int MAX_DOMAIN_LISTS = 5;

  public static final Setting<List<WeighedList>> BLOCK =
      Setting.of(
              "filter.dns-lists.block",
              list(weighed(DnsList.Kind.BLOCKED_ADDRESSES), MAX_LISTS),
              List.<WeighedList>of(),
              "Lists in the DNS with addresses of hosts that send unwanted mail, each as"
                  + " NAME=CODES*WEIGHT. CODES, such as 127.0.0.[2..11], says which of the list's"
                  + " answers count, all of them without; WEIGHT is 1 to 100, 1 without. The host"
                  + " is asked for that hands mail over to this server, or to one of"
                  + " reception.gateways. Never asked about users, private addresses, or gateways."
                  + " None by default: who runs a list decides who may ask it, and how much. See"
                  + " what the lists say with `facteur dnslist test ADDRESS`.")
          .example("[\"zen.example.net=127.0.0.[2..11]*3\"]");

  public static final Setting<List<WeighedList>> ALLOW =
      Setting.of(
              "filter.dns-lists.allow",
              list(weighed(DnsList.Kind.ALLOWED_ADDRESSES), MAX_LISTS),
              List.<WeighedList>of(),
              "Lists in the DNS with addresses of hosts that are known to be good, in the same"
                  + " form. Their weights are subtracted from the sum.")
          .example("[\"list.example.net=127.0.[0..254].[1..3]*4\"]");

  public static final Setting<List<WeighedList>> DOMAINS =
      Setting.of(
              "filter.dns-lists.domains",
              list(weighed(DnsList.Kind.DOMAINS), MAX_DOMAIN_LISTS),
              List.<WeighedList>of(),
              "Lists in the DNS with domains, in the same form. They are asked about the domains in"
                  + " From, the reverse-path, the name that the host gives and the name of its"
                  + " address, and about what stands above these. What is written in the body is"
                  + " not looked at.")
          .example("[\"dbl.example.net=127.0.1.[2..99]*4\"]");

  public static final Setting<Integer> THRESHOLD =
      Setting.of(
          "filter.dns-lists.threshold",
          integer(1, 1_000),
          1,
          "The sum of the weights from which filter.dns-lists.action is taken. Each list counts"
              + " once, however many domains of a message it has.");

  public static final Setting<ListAction> ACTION =
      Setting.of(
          "filter.dns-lists.action",
          choice(ListAction.class),
          ListAction.JUNK,
          "What happens to mail that reaches the threshold: note writes it into log and history;"
              + " junk delivers to the junk folder; reject refuses with 550 5.7.1.");

  public static final Setting<Duration> TIME_LIMIT =
      Setting.of(
          "filter.dns-lists.time-limit",
          duration(Duration.ofMillis(100), Duration.ofSeconds(30)),
          Duration.ofSeconds(5),
          "How long a message waits for all lists together. What has not answered by then counts as"
              + " nothing.");

  public static final Rows ROWS = Rows.of(BLOCK, ALLOW, DOMAINS, THRESHOLD, ACTION, TIME_LIMIT);

  /// What happens to mail that reaches the threshold.
  public enum ListAction {
    /// It is written down.
    NOTE,
    /// It goes to the junk folder.
    JUNK,
    /// It is refused.
    REJECT
  }

  public DnsListSettings {
    block = List.copyOf(block);
    allow = List.copyOf(allow);
    domains = List.copyOf(domains);
  }

  public static DnsListSettings from(Settings settings) {
    return new DnsListSettings(
        settings.get(BLOCK),
        settings.get(ALLOW),
        settings.get(DOMAINS),
        settings.get(THRESHOLD),
        settings.get(ACTION),
        settings.get(TIME_LIMIT));
  }

  /// True where no list is named that could reach the threshold.
  public boolean off() {
    return block.isEmpty() && domains.isEmpty();
  }

  /// Every list that is named, once.
  public List<DnsList> lists() {
    return weighed().map(WeighedList::list).distinct().toList();
  }

  /// Every entry of the settings.
  Stream<WeighedList> weighed() {
    return Stream.of(block, allow, domains).flatMap(List::stream);
  }

  private static SettingType<WeighedList> weighed(DnsList.Kind kind) {
    return scalar(
        SAY.list(),
        SAY.listBounds(),
        text ->
            WeighedList.parse(text, kind)
                .<Reading<WeighedList>>map(Reading::good)
                .orElseGet(() -> Reading.wrong(SAY.notList(text))),
        WeighedList::toString);
  }
}
