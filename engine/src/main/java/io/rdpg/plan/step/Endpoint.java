package io.rdpg.plan.step;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A host and a port.
 *
 * @param host a name or an address; an IPv6 address without brackets
 * @param port 1 to 65535
 */
public record Endpoint(String host, int port) {
  private static final Pattern WRITTEN =
      Pattern.compile("(?:\\[([0-9A-Fa-f:.%\\w]+)]|([^\\s\\[\\]/@:]+)):(\\d{1,5})");

  /** Of {@code host:port} or {@code [IPv6 address]:port}; empty where it is neither. */
  public static Optional<Endpoint> parse(String text) {
    Matcher written = WRITTEN.matcher(text);
    if (!written.matches()) {
      return Optional.empty();
    }
    String host = written.group(1) == null ? written.group(2) : written.group(1);
    int port = Integer.parseInt(written.group(3));
    return port >= 1 && port <= 65_535 ? Optional.of(new Endpoint(host, port)) : Optional.empty();
  }
}
