package io.rdpg.plan.language.template;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Writes a node's address, which may be IPv4, IPv6 or a name, as files and servers want it. */
final class AddressFilters {
  private static final Pattern IPV4 = Pattern.compile("\\d+\\.\\d+\\.\\d+\\.\\d+");

  /** These mean something else in pg_hba.conf, unless they are quoted. */
  private static final Set<String> HBA_KEYWORDS = Set.of("all", "samehost", "samenet");

  private static final int LONGEST_IDENTIFIER = 32;
  private static final int DIGEST = 6;

  private AddressFilters() {}

  /** The address of what is a node or its address already. */
  static String address(String filter, @Nullable Object input) {
    Object address = input instanceof Map<?, ?> node ? node.get("address") : input;
    String text = Filters.string(filter, address);
    if (text.isBlank() || text.chars().anyMatch(Character::isWhitespace)) {
      throw Filters.wrong(filter, "needs an address or a host's name, not '" + text + "'");
    }
    return text.startsWith("[") && text.endsWith("]") ? text.substring(1, text.length() - 1) : text;
  }

  /**
   * One host as pg_hba.conf has it: an address with a mask of all its bits, a name without one.
   * PostgreSQL takes a name only if the client's address resolves to it and it to that address.
   *
   * @see <a href="https://www.postgresql.org/docs/current/auth-pg-hba-conf.html">PostgreSQL, 20.1
   *     The pg_hba.conf File</a>
   */
  static String hbaAddress(@Nullable Object input) {
    String address = address("hba_address", input);
    if (address.indexOf('/') >= 0) {
      return address;
    }
    if (address.indexOf(':') >= 0) {
      return address + "/128";
    }
    if (IPV4.matcher(address).matches()) {
      return address + "/32";
    }
    return HBA_KEYWORDS.contains(address) ? '"' + address + '"' : address;
  }

  /** Host and port in one word, an IPv6 address in brackets (RFC 3986, section 3.2.2). */
  static String hostPort(@Nullable Object input, @Nullable Object port) {
    String address = address("host_port", input);
    String host = address.indexOf(':') >= 0 ? '[' + address + ']' : address;
    return host + ":" + Filters.string("host_port", port);
  }

  /**
   * A word of letters, digits and {@code _} that no two addresses share: {@code 10_0_0_1}, or for
   * names and IPv6 addresses what they consist of and a digest.
   */
  static String identifier(String address) {
    if (IPV4.matcher(address).matches()) {
      return address.replace('.', '_');
    }
    String lower = address.toLowerCase(Locale.ROOT);
    String word = lower.replaceAll("[^a-z0-9]+", "_");
    return word.substring(0, Math.min(word.length(), LONGEST_IDENTIFIER))
        + "_"
        + UUID.nameUUIDFromBytes(lower.getBytes(StandardCharsets.UTF_8))
            .toString()
            .substring(0, DIGEST);
  }
}
