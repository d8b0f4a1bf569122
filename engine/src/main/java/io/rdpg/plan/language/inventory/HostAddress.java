package io.rdpg.plan.language.inventory;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A host as inventories name it: a name, an IPv4 or IPv6 address or a range of them, and perhaps a
 * port. {@code db1:22}, {@code db[1:3].example.org:22}, {@code [2001:db8::1]:22}; an IPv6 address
 * has a port only when it is in brackets.
 *
 * @param name with its ranges, without brackets around an address
 * @param port null when there is none
 * @see <a
 *     href="https://docs.ansible.com/ansible/latest/inventory_guide/intro_inventory.html">Ansible,
 *     ansible_port, "if not using the port number assigned"</a>
 */
record HostAddress(String name, @Nullable Integer port) {
  private static final Pattern BRACKETED = Pattern.compile("\\[(.+)]:(\\d+)");

  /** A colon in brackets belongs to a range. */
  private static final Pattern WITH_PORT = Pattern.compile("((?:[^:\\[\\]]|\\[[^\\]]*])+):(\\d+)");

  /** An address, a name, or what has ranges in place of parts of them. */
  private static final Pattern HOST =
      Pattern.compile("[\\w.:-]*(?:\\[[0-9A-Za-z:]+][\\w.:-]*)*", Pattern.UNICODE_CHARACTER_CLASS);

  /** Empty for a port that none can be. */
  static Optional<HostAddress> parse(String written) {
    Matcher bracketed = BRACKETED.matcher(written);
    Matcher withPort = WITH_PORT.matcher(written);
    Matcher found =
        bracketed.matches() && HOST.matcher(bracketed.group(1)).matches()
            ? bracketed
            : withPort.matches() && HOST.matcher(withPort.group(1)).matches() ? withPort : null;
    if (found == null) {
      return written.endsWith(":") && !written.endsWith("::")
          ? Optional.empty()
          : Optional.of(new HostAddress(written, null));
    }
    String digits = found.group(2);
    int port = digits.length() > 5 ? 0 : Integer.parseInt(digits);
    return port < 1 || port > 65_535
        ? Optional.empty()
        : Optional.of(new HostAddress(found.group(1), port));
  }

  /** Whether it is one host or range, so that its colons separate nothing. */
  static boolean isOne(String pattern) {
    String withoutRanges = pattern.replaceAll("\\[[^\\]]*]", "0");
    return HOST.matcher(pattern).matches()
        && (withoutRanges.indexOf(':') < 0
            || WITH_PORT.matcher(pattern).matches()
            || isIpv6(withoutRanges));
  }

  /** Whether it has as many parts as an IPv6 address, of which two may be one of IPv4. */
  private static boolean isIpv6(String host) {
    long colons = host.chars().filter(c -> c == ':').count();
    return host.matches("[0-9A-Fa-f:.]+")
        && (host.contains("::") || colons == (host.contains(".") ? 6 : 7));
  }
}
