package io.rdpg.plan.step;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A URL of the schemes {@code http} and {@code https} (RFC 3986), without a user. Names with an
 * underscore, which {@link java.net.URI} takes for no host, are hosts.
 *
 * @param authority host and port as the URL has them
 * @param target path and query, as a request has them
 */
public record HttpUrl(boolean secure, Endpoint endpoint, String authority, String target) {
  private static final Pattern WRITTEN =
      Pattern.compile(
          "(https?)://((?:\\[[^\\]]+]|[^\\s\\[\\]/@:?#]+))(:\\d{1,5})?"
              + "(/[!$%&'()*+,./:;=@\\w~-]*)?(\\?[!$%&'()*+,./:;=?@\\w~-]*)?(?:#\\S*)?",
          Pattern.CASE_INSENSITIVE);

  /** Empty where a text is none. */
  public static Optional<HttpUrl> parse(String url) {
    Matcher written = WRITTEN.matcher(url);
    if (!written.matches()) {
      return Optional.empty();
    }
    boolean secure = written.group(1).toLowerCase(Locale.ROOT).equals("https");
    String host = written.group(2);
    String port = written.group(3);
    String path = written.group(4) == null ? "/" : written.group(4);
    String query = written.group(5) == null ? "" : written.group(5);
    String usual = secure ? ":443" : ":80";
    return Endpoint.parse(host + (port == null ? usual : port))
        .map(endpoint ->
            new HttpUrl(secure, endpoint, host + (port == null ? "" : port), path + query));
  }
}
