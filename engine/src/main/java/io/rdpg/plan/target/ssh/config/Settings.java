package io.rdpg.plan.target.ssh.config;

import io.rdpg.plan.language.diagnostic.Span;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is set for one host: values as they are written, before anything in them is expanded. */
final class Settings {
  /** The tokens of most keywords that take some. */
  static final String ALL = "dhikLlnpru";

  private final Map<Keyword, List<Setting>> values = new EnumMap<>(Keyword.class);

  /** Takes a line, unless an earlier one counts. */
  void set(Keyword keyword, ConfigLine line) {
    switch (keyword.form()) {
      case EACH -> {
        Setting setting = new Setting(keyword, line.word(), line.at());
        if (all(keyword).stream().noneMatch(one -> one.value().equals(setting.value()))) {
          values.computeIfAbsent(keyword, _ -> new ArrayList<>()).add(setting);
        }
      }
      case ONE -> first(keyword, line, List.of(line.word()));
      case MANY -> first(keyword, line, line.words());
      case LINE -> {
        line.words();
        if (!proxied()) {
          first(keyword, line, List.of(value(keyword, line)));
        }
      }
    }
  }

  /** Whether one of the two ways is chosen; {@code ProxyJump none} leaves the command possible. */
  private boolean proxied() {
    Setting jump = first(Keyword.PROXY_JUMP);
    return values.containsKey(Keyword.PROXY_COMMAND) || (jump != null && !jump.none());
  }

  private static String value(Keyword keyword, ConfigLine line) {
    return keyword == Keyword.PROXY_JUMP ? line.value().split("\\s", 2)[0] : line.value();
  }

  private void first(Keyword keyword, ConfigLine line, List<String> words) {
    values.putIfAbsent(
        keyword, words.stream().map(word -> new Setting(keyword, word, line.at())).toList());
  }

  /** Refuses what we can't do. */
  void check() {
    values.values().stream()
        .map(List::getFirst)
        .filter(setting -> !setting.keyword().accepts(setting.value()))
        .findFirst()
        .ifPresent(setting -> {
          throw setting.wrong(
              "this is not supported here",
              "name a configuration without it by -F in ansible_ssh_common_args");
        });
  }

  /** The value that counts; null when nothing sets it. */
  @Nullable Setting first(Keyword keyword) {
    List<Setting> all = values.get(keyword);
    return all == null ? null : all.getFirst();
  }

  List<Setting> all(Keyword keyword) {
    return values.getOrDefault(keyword, List.of());
  }

  /** The name or address to connect to. */
  String hostName(String asked) {
    Setting name = first(Keyword.HOST_NAME);
    String host = name == null ? asked : new Tokens(Map.of('h', asked)).expand(name, "h");
    return host.contains(":") ? host : host.toLowerCase(Locale.ROOT);
  }

  /** Lets nothing that is read later change the name. */
  void fixHostName(String host) {
    Setting name = first(Keyword.HOST_NAME);
    Span at = name == null ? Span.of("ssh_config") : name.at();
    values.put(
        Keyword.HOST_NAME, List.of(new Setting(Keyword.HOST_NAME, host.replace("%", "%%"), at)));
  }

  int port() {
    Setting port = first(Keyword.PORT);
    return port == null ? 22 : port.number(1, 65535);
  }

  String user(Surroundings here) {
    Setting user = first(Keyword.USER);
    return user == null ? here.user() : Tokens.literal(user);
  }

  /** What the tokens mean for this host, by what is set so far. */
  Tokens tokens(Surroundings here, String asked) {
    Setting alias = first(Keyword.HOST_KEY_ALIAS);
    String local = here.hostName();
    Map<Character, String> of = new HashMap<>();
    of.put('d', here.home().toString());
    of.put('h', hostName(asked));
    of.put('i', here.userId());
    of.put('k', alias == null ? asked : alias.value());
    of.put('L', local.replaceFirst("\\..*", ""));
    of.put('l', local);
    of.put('n', asked);
    of.put('p', String.valueOf(port()));
    of.put('r', user(here));
    of.put('u', here.user());
    return new Tokens(of);
  }
}
