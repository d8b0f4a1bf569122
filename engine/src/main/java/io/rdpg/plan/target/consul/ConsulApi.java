package io.rdpg.plan.target.consul;

import com.google.common.net.HostAndPort;
import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.model.NodeAccess;
import io.rdpg.plan.system.Mutex;
import io.rdpg.plan.target.Cancellation;
import io.rdpg.plan.target.shell.NetworkError;
import io.rdpg.plan.target.shell.Transport;
import io.rdpg.plan.target.tls.TlsFault;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import okhttp3.Call;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;
import org.kiwiproject.consul.Consul;
import org.kiwiproject.consul.ConsulException;
import org.kiwiproject.consul.util.failover.ConsulFailoverInterceptor;

/**
 * One agent's HTTP API, by consul-client over the node's own sockets. The client is made when it is
 * first needed, since loading it takes most of a second.
 *
 * <p>consul-client's builder takes no socket factory. It takes a failover interceptor, which may
 * answer a request itself: ours answers it with an HTTP client whose sockets are opened from the
 * node, and which cancels a request with its step. There, too, a read-only API refuses to send
 * anything but a GET, and the question what the token may do.
 */
final class ConsulApi implements AutoCloseable {
  /** Longer than Consul itself holds a request back while there is no leader (7 s). */
  static final Duration USUAL = Duration.ofSeconds(15);

  static final int FORBIDDEN = 403;
  private static final int OK = 200;

  private static final ScopedValue<Terms> TERMS = ScopedValue.newInstance();

  private final NodeAccess.Consul access;
  private final ConsulHttp agent;
  private final Transport transport;
  private final String node;
  private final boolean onlyGets;
  private final Mutex opening = new Mutex();
  private @Nullable Opened opened;

  /** Whose connections these requests go over, with another token; null for its own. */
  private final @Nullable ConsulApi over;

  private ConsulApi(NodeAccess.Consul access, Transport transport, String node, boolean onlyGets) {
    this.access = access;
    this.agent = new ConsulHttp(access);
    this.transport = transport;
    this.node = node;
    this.onlyGets = onlyGets;
    this.over = null;
  }

  private ConsulApi(ConsulApi over) {
    this.access = over.access;
    this.agent = over.agent;
    this.transport = over.transport;
    this.node = over.node;
    this.onlyGets = over.onlyGets;
    this.over = over;
  }

  /** Read-only: sending anything that may change something is an {@link IllegalStateException}. */
  static ConsulApi ofGets(NodeAccess.Consul access, Transport transport, String node) {
    return new ConsulApi(access, transport, node, true);
  }

  /** For reads and effects. */
  static ConsulApi ofAll(NodeAccess.Consul access, Transport transport, String node) {
    return new ConsulApi(access, transport, node, false);
  }

  /**
   * The same over the same connections, with the agent's own token: for {@link #get}, {@link #post}
   * and {@link #put} only.
   */
  ConsulApi byAgentsToken() {
    return new ConsulApi(this);
  }

  String node() {
    return node;
  }

  /** As {@link #call(Cancellation, Duration, Function)}, with the usual time. */
  <T> T call(Cancellation cancellation, Function<Consul, T> request) {
    return call(cancellation, USUAL, request);
  }

  /**
   * Asks the agent.
   *
   * @param patience how long the whole request may take
   * @param request may catch those of Consul's refusals that it knows what to do about
   * @throws Failure when the agent can't be used, has no leader, refuses, or it was cancelled
   */
  <T> T call(Cancellation cancellation, Duration patience, Function<Consul, T> request) {
    cancellation.check();
    try {
      return ScopedValue.where(TERMS, new Terms(cancellation, patience))
          .call(() -> request.apply(opened().consul()));
    } catch (ConsulException e) {
      cancellation.check();
      throw diagnostic(e);
    }
  }

  /**
   * Makes the agent read its configuration again ({@code PUT /v1/agent/reload}, which consul-client
   * lacks).
   *
   * @throws Failure with {@code reload_failed} and the agent's message when it refuses
   */
  void reload(Cancellation cancellation) {
    Reply reply =
        send(
            request("v1/agent/reload").put(RequestBody.create(new byte[0])).build(),
            Duration.ofMinutes(1),
            cancellation);
    if (reply.code() == FORBIDDEN) {
      throw refused(reply.body());
    }
    if (reply.code() != OK) {
      throw diagnostic(
          Code.RELOAD_FAILED,
          "the Consul agent refused to reload: " + reply.body(),
          "its configuration directory contains something that it rejects");
    }
  }

  /** What an agent answers, whether that is an error or not. */
  record Reply(int code, String body) {}

  /**
   * Asks the agent what consul-client doesn't ask.
   *
   * @throws Failure when the agent can't be reached, or it was cancelled
   */
  Reply get(String path, Cancellation cancellation) {
    return send(request(path).build(), USUAL, cancellation);
  }

  /** The same with a question that is too long for a URL. */
  Reply post(String path, String body, Cancellation cancellation) {
    return send(
        request(path).post(RequestBody.create(body.getBytes(StandardCharsets.UTF_8))).build(),
        USUAL,
        cancellation);
  }

  /**
   * Tells the agent what consul-client doesn't tell.
   *
   * @throws Failure when the agent can't be reached or refuses, or it was cancelled
   */
  void put(String path, String body, Cancellation cancellation) {
    String _ =
        required(
            send(
                request(path)
                    .put(RequestBody.create(body.getBytes(StandardCharsets.UTF_8)))
                    .build(),
                USUAL,
                cancellation));
  }

  /**
   * The body of an answer that is no error.
   *
   * @throws Failure for any other
   */
  String required(Reply reply) {
    if (reply.code() != OK) {
      throw diagnostic(reply.code(), reply.code() + " " + reply.body());
    }
    return reply.body();
  }

  /** A name as one segment of a URL's path. */
  static String segment(String name) {
    return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private Request.Builder request(String path) {
    Request.Builder request =
        new Request.Builder().url(Objects.requireNonNull(agent.root().resolve(path)));
    return over == null
        ? request
        : request.tag(ConsulHttp.AgentsToken.class, ConsulHttp.AgentsToken.COUNTS);
  }

  private Reply send(Request request, Duration patience, Cancellation cancellation) {
    cancellation.check();
    try (Response response = new Terms(cancellation, patience).execute(opened().http(), request)) {
      return new Reply(response.code(), response.body().string().strip());
    } catch (IOException e) {
      cancellation.check();
      throw unreachable(e);
    }
  }

  /**
   * Waits until Consul's state at a path is newer than an index (Consul's manual, "Blocking
   * Queries"). consul-client doesn't tell the index of what isn't there.
   *
   * @param path below {@code /v1/}
   * @param index 0 not to wait
   * @return the index of what is there now
   * @throws Failure when the agent can't be used, says no index, or it was cancelled
   */
  long awaitIndex(String path, long index, Duration longest, Cancellation cancellation) {
    cancellation.check();
    Request request =
        new Request.Builder()
            .url(
                agent
                    .root()
                    .newBuilder()
                    .addPathSegment("v1")
                    .addPathSegments(path)
                    .addQueryParameter("index", String.valueOf(index))
                    .addQueryParameter("wait", longest.toMillis() + "ms")
                    .build())
            .build();
    Terms terms = new Terms(cancellation, BlockingQueries.longestAnswer(longest));
    try (Response response = terms.execute(opened().http(), request)) {
      return Long.parseLong(response.header("X-Consul-Index", ""));
    } catch (NumberFormatException noIndex) {
      throw diagnostic(
          Code.CONSUL_REFUSED, "the Consul agent at " + place() + " tells of no changes", null);
    } catch (IOException e) {
      cancellation.check();
      throw unreachable(e);
    }
  }

  private Opened opened() {
    if (over != null) {
      return over.opened();
    }
    try (var _ = opening.hold()) {
      Opened now = opened;
      if (now == null) {
        OkHttpClient.Builder http = client();
        http.addInterceptor(new AnswerLimit());
        if (onlyGets) {
          http.addInterceptor(ConsulApi::onlyGet);
        }
        OkHttpClient built = http.build();
        Consul consul =
            Consul.builder()
                .withUrl(agent.root().url())
                .withPing(false)
                .withConsulFailoverInterceptor(
                    new OverReach(HostAndPort.fromParts(access.host(), access.port()), built))
                .build();
        now = new Opened(built, consul);
        opened = now;
      }
      return now;
    }
  }

  private OkHttpClient.Builder client() {
    try {
      return agent.client(transport);
    } catch (Failure unusableFile) {
      throw new Failure(unusableFile.diagnostic().orOn(node), unusableFile);
    }
  }

  private static Response onlyGet(Interceptor.Chain chain) throws IOException {
    Request request = chain.request();
    boolean onlyAsks =
        request.method().equals("POST")
            && request.url().encodedPath().equals("/" + ConsulAcl.AUTHORIZE);
    if (!request.method().equals("GET") && !onlyAsks) {
      throw new IllegalStateException(
          "read-only, refused " + request.method() + " " + request.url().encodedPath());
    }
    return chain.proceed(request);
  }

  private Failure diagnostic(ConsulException e) {
    if (!e.hasCode()) {
      return unreachable(e);
    }
    String answer =
        Objects.requireNonNullElse(e.getMessage(), "")
            .replaceFirst("^Consul request to .* failed with status \\[(\\d+)]: ", "$1 ")
            .strip();
    return diagnostic(e.getCode(), answer);
  }

  /**
   * What an answer means that is an error.
   *
   * @param answer with its status
   */
  private Failure diagnostic(int status, String answer) {
    Code outage = ConsulOutage.of(status, answer).orElse(null);
    if (outage == Code.NO_CONSUL_LEADER) {
      return diagnostic(
          outage,
          "Consul has no leader, according to the agent at " + place() + ": " + answer,
          "check 'consul operator raft list-peers': a majority of the servers must be running");
    }
    if (outage != null) {
      return diagnostic(
          outage,
          "the Consul agent at " + place() + " can't answer now: " + answer,
          "check the load of Consul's servers, and what is between them and the node");
    }
    if (status == FORBIDDEN || answer.contains("Permission denied")) {
      return refused(answer);
    }
    if (answer.contains("HTTP request to an HTTPS server")) {
      return diagnostic(
          Code.TLS_FAILED,
          "the Consul agent at " + place() + " speaks https only there",
          "give consul_scheme: https in the inventory");
    }
    return diagnostic(
        Code.CONSUL_WRITE_REFUSED, "the Consul agent at " + place() + " refuses: " + answer, null);
  }

  /** The ACLs say no. */
  Failure refused(String answer) {
    return diagnostic(
        Code.CONSUL_REFUSED,
        "the Consul agent at " + place() + " refuses: " + answer,
        answer.contains("ACL not found")
            ? "Consul doesn't know the token: check consul_token"
            : whoseToken() + " lacks a permission");
  }

  boolean sendsToken() {
    return over == null && access.token() != null;
  }

  String whoseToken() {
    return sendsToken() ? "consul_token" : "the agent's default token (no consul_token is given)";
  }

  private Failure unreachable(Throwable e) {
    Throwable deepest = e;
    for (Throwable t = e; t != null; t = t.getCause()) {
      if (t instanceof Failure ofTheNode) {
        return ofTheNode;
      }
      deepest = t;
    }
    Optional<TlsFault> ofTls =
        TlsFault.in(e).or(() -> access.tls() == null ? Optional.empty() : TlsFault.cutOff(e));
    if (ofTls.isPresent()) {
      return tls(ofTls.get());
    }
    return diagnostic(
        Code.CONSUL_UNREACHABLE,
        "could not use the Consul agent at "
            + place()
            + ": "
            + NetworkError.words(e).orElse(String.valueOf(deepest.getMessage())),
        "check that the agent runs there, and consul_address and consul_port in the inventory");
  }

  private Failure tls(TlsFault fault) {
    return diagnostic(
        Code.TLS_FAILED,
        "could not use the Consul agent at " + place() + ": " + fault.words(),
        switch (fault.kind()) {
          case AUTHORITY ->
              "check consul_cacert: it names the authority of the agents' certificates";
          case VALIDITY -> "renew the agent's certificate, and check the clocks of both machines";
          case NAME ->
              "check consul_tls_server_name: one of the names in the agent's certificate, such as"
                  + " server.dc1.consul";
          case CLIENT_CERTIFICATE ->
              "check consul_client_cert and consul_client_key: the agent wants a certificate that"
                  + " its own authority has signed (verify_incoming)";
          case NO_TLS ->
              "check consul_scheme and consul_port: agents have a port of its own for https";
          case OTHER -> null;
        });
  }

  Failure diagnostic(Code code, String message, @Nullable String hint) {
    return Diagnostic.of(code, message).withHint(hint).orOn(node).failure();
  }

  String place() {
    return access.host() + ":" + access.port();
  }

  @Override
  public void close() {
    try (var _ = opening.hold()) {
      if (opened != null) {
        opened.consul().destroy();
        opened.http().dispatcher().executorService().shutdown();
        opened.http().connectionPool().evictAll();
        opened = null;
      }
    }
  }

  private record Opened(OkHttpClient http, Consul consul) {}

  /** What the caller of a request wants of it. */
  private record Terms(Cancellation cancellation, Duration patience) {
    Response execute(OkHttpClient http, Request request) throws IOException {
      Call call = http.newCall(request);
      call.timeout().timeout(patience.toMillis(), TimeUnit.MILLISECONDS);
      try (Cancellation.Registration _ = cancellation.onCancel(call::cancel)) {
        return call.execute();
      }
    }
  }

  private static final class OverReach extends ConsulFailoverInterceptor {
    private final OkHttpClient http;

    OverReach(HostAndPort agent, OkHttpClient http) {
      super(List.of(agent), 1); // A strategy must be given; it is not asked.
      this.http = http;
    }

    @Override
    public Response intercept(Interceptor.Chain chain) {
      try {
        return TERMS.get().execute(http, chain.request());
      } catch (IOException e) {
        throw new ConsulException("no answer", e);
      }
    }
  }
}
