package io.rdpg.plan.target.files;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.step.HttpUrl;
import io.rdpg.plan.step.Observation;
import io.rdpg.plan.step.Read;
import io.rdpg.plan.target.Cancellation;
import io.rdpg.plan.target.shell.NetworkError;
import io.rdpg.plan.target.shell.Transport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/** Sees ports and HTTP servers as the node sees them. */
final class EndpointReader {
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final int ENOUGH = 16 << 10;
  private static final Pattern STATUS = Pattern.compile("HTTP/\\d\\.\\d (\\d{3})");

  private EndpointReader() {}

  static Observation.Reachable port(Transport transport, Read.Port read) {
    try (var _ = transport.traffic().endpoint().request();
        Socket _ = transport.open(read.host(), read.port(), PATIENCE)) {
      return new Observation.Reachable(true, "");
    } catch (IOException e) {
      return new Observation.Reachable(false, why(e));
    }
  }

  /**
   * Sends an HTTP/1.0 request, whose response ends with the connection (RFC 1945 section 7.2.2).
   *
   * @throws Failure when the URL is none
   */
  static Observation.HttpReply http(
      Transport transport, Read.Http read, Cancellation cancellation) {
    HttpUrl url =
        HttpUrl.parse(read.url())
            .orElseThrow(() ->
                Failure.of(
                    Code.BAD_ARGUMENT_VALUE,
                    "'" + read.url() + "' is not a valid HTTP URL",
                    "write it like http://host:port/path"));
    String host = url.endpoint().host();
    int port = url.endpoint().port();
    try (var _ = transport.traffic().endpoint().request();
        Socket plain = transport.open(host, port, PATIENCE);
        var _ = cancellation.onCancel(() -> close(plain))) {
      plain.setSoTimeout(Math.toIntExact(PATIENCE.toMillis()));
      try (Socket socket = url.secure() ? secured(plain, host, port) : plain) {
        socket.getOutputStream().write(request(url).getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().flush();
        return reply(
            new String(socket.getInputStream().readNBytes(ENOUGH), StandardCharsets.UTF_8));
      }
    } catch (IOException e) {
      cancellation.check();
      return new Observation.HttpReply(0, why(e));
    }
  }

  private static Socket secured(Socket plain, String host, int port) throws IOException {
    SSLSocketFactory factory = (SSLSocketFactory) SSLSocketFactory.getDefault();
    SSLSocket socket = (SSLSocket) factory.createSocket(plain, host, port, true);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    socket.setSSLParameters(parameters);
    return socket;
  }

  private static String request(HttpUrl url) {
    return "GET %s HTTP/1.0\r\nHost: %s\r\nUser-Agent: rdpg-plan\r\nConnection: close\r\n\r\n"
        .formatted(url.target(), url.authority());
  }

  private static Observation.HttpReply reply(String said) {
    Matcher status = STATUS.matcher(said);
    if (!status.lookingAt()) {
      return new Observation.HttpReply(0, "the reply is not HTTP");
    }
    int body = said.indexOf("\r\n\r\n");
    return new Observation.HttpReply(
        Integer.parseInt(status.group(1)), body < 0 ? "" : said.substring(body + 4));
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String why(IOException e) {
    return NetworkError.words(e)
        .or(() -> Optional.ofNullable(e.getMessage()))
        .orElseGet(() -> e.getClass().getSimpleName());
  }
}
