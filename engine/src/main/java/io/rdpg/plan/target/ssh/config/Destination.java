package io.rdpg.plan.target.ssh.config;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One host of a {@code ProxyJump}: {@code [user@]host[:port]} or {@code ssh://[user@]host[:port]}.
 *
 * @param user null when it isn't given
 * @param port null when it isn't given
 */
record Destination(@Nullable String user, String host, @Nullable String port) {
  private static final Pattern FORM =
      Pattern.compile(
          "(?:ssh://)?(?:(?<user>.+)@)?(?:\\[(?<address>[^\\]]+)]|(?<host>[^:@/\\[\\]]+))(?::(?<port>\\d+))?/?");

  /** Those that a jump names, from the first one on the way. */
  static List<Destination> of(Setting jump) {
    return Stream.of(jump.value().split(",", -1)).map(one -> read(jump, one)).toList();
  }

  private static Destination read(Setting jump, String text) {
    Matcher parts = FORM.matcher(text);
    if (!parts.matches()) {
      throw jump.wrong("'" + text + "' is no host", "write it as [user@]host[:port]");
    }
    String address = parts.group("address");
    return new Destination(
        parts.group("user"), address != null ? address : parts.group("host"), parts.group("port"));
  }
}
