package io.rdpg.plan.target.shell;

import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.SSLException;

/**
 * Says what network exceptions of the JDK and of OkHttp mean, whose own words are for programmers.
 */
public final class NetworkError {
  private static final String IN_TIME = "no answer in time";

  /** What OkHttp says when a whole call took too long. */
  private static final String OKHTTP_TIMEOUT = "timeout";

  private NetworkError() {}

  /**
   * In words, as a part of a sentence, by the innermost cause that is one; empty for an exception
   * of another kind.
   */
  public static Optional<String> words(Throwable thrown) {
    Optional<String> words = Optional.empty();
    for (Throwable t = thrown; t != null; t = t.getCause()) {
      Optional<String> inner = one(t);
      words = inner.isPresent() ? inner : words;
    }
    return words;
  }

  private static Optional<String> one(Throwable thrown) {
    return switch (thrown) {
      case UnknownHostException _ -> Optional.of("unknown host name");
      case SocketTimeoutException _ -> Optional.of(IN_TIME);
      case InterruptedIOException e when OKHTTP_TIMEOUT.equals(e.getMessage()) ->
          Optional.of(IN_TIME);
      case NoRouteToHostException _ -> Optional.of("no route");
      case ConnectException e ->
          Optional.of(String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT));
      case SSLException e -> Optional.of(secure(e));
      default -> Optional.empty();
    };
  }

  /** By the words of JSSE, the only thing that tells its errors apart. */
  private static String secure(SSLException e) {
    String said = String.valueOf(e.getMessage());
    if (said.contains("PKIX")) {
      return said.contains("timestamp") || said.contains("validity")
          ? "its certificate is not valid today"
          : "its certificate is of no authority that is trusted here (the JVM's trust store)";
    }
    if (said.contains("alternative") || said.contains("No name matching")) {
      return "its certificate is for another name";
    }
    if (said.contains("plaintext") || said.contains("Unsupported or unrecognized")) {
      return "it doesn't speak TLS";
    }
    return "no TLS connection: " + said;
  }
}
