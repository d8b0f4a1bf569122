package io.rdpg.plan.target.consul;

import io.rdpg.plan.language.model.NodeAccess;
import io.rdpg.plan.language.model.Text;
import io.rdpg.plan.target.shell.Transport;
import io.rdpg.plan.target.shell.TransportSocketFactory;
import io.rdpg.plan.target.tls.TlsClient;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.HostnameVerifier;
import okhttp3.HttpUrl;
import okhttp3.Interceptor;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okhttp3.internal.tls.OkHostnameVerifier;
import org.jspecify.annotations.Nullable;

/**
 * HTTP to one agent over the node's own sockets, with TLS, the token and the data center that its
 * access says.
 */
record ConsulHttp(NodeAccess.Consul access) {

  /** The agent's root. With TLS its host is the name that the certificate must be for. */
  HttpUrl root() {
    return new HttpUrl.Builder()
        .scheme(access.tls() == null ? "http" : "https")
        .host(name())
        .port(access.port())
        .build();
  }

  private String name() {
    NodeAccess.Tls tls = access.tls();
    return tls == null || tls.name() == null || isAddress(tls.name()) ? access.host() : tls.name();
  }

  /** OkHttp would connect to an address that stands in the URL. */
  private static boolean isAddress(String name) {
    return name.matches("[0-9.]+|.*:.*");
  }

  /**
   * @throws io.rdpg.plan.language.diagnostic.Failure when a certificate or key can't be used
   */
  OkHttpClient.Builder client(Transport transport) {
    OkHttpClient.Builder http =
        new OkHttpClient.Builder()
            .socketFactory(new TransportSocketFactory(transport, transport.traffic().consul()))
            // The node resolves the name, not this machine; and whatever the certificate's name
            // is, it leads to the agent.
            .dns(_ -> List.of(InetAddress.getByAddress(access.host(), new byte[4])))
            .proxySelector(DirectConnection.INSTANCE)
            .fastFallback(false)
            .followSslRedirects(false)
            .protocols(List.of(Protocol.HTTP_1_1))
            .connectTimeout(5, TimeUnit.SECONDS)
            .readTimeout(0, TimeUnit.SECONDS)
            .writeTimeout(0, TimeUnit.SECONDS);
    NodeAccess.Tls tls = access.tls();
    if (tls != null) {
      TlsClient client = TlsClient.of(tls);
      http.sslSocketFactory(client.context().getSocketFactory(), client.trust());
      HostnameVerifier byName = OkHostnameVerifier.INSTANCE;
      String name = tls.name();
      http.hostnameVerifier((_, session) -> name == null || byName.verify(name, session));
    }
    http.addInterceptor(chain -> {
      try (var _ = transport.traffic().consul().request()) {
        return chain.proceed(chain.request());
      }
    });
    http.addInterceptor(ConsulHttp::whole);
    if (access.datacenter() != null) {
      http.addInterceptor(this::inDatacenter);
    }
    if (access.token() != null) {
      http.addNetworkInterceptor(this::withToken);
    }
    return http;
  }

  /**
   * Consul 1.11 and later says when it leaves out of a list what the token may not see. Of the
   * agent's own lists we look at single entries.
   */
  private static Response whole(Interceptor.Chain chain) throws IOException {
    Response response = chain.proceed(chain.request());
    if (isList(chain.request().url())
        && "true".equals(response.header("X-Consul-Results-Filtered-By-ACLs"))) {
      response.close();
      return response
          .newBuilder()
          .code(ConsulApi.FORBIDDEN)
          .message("Forbidden")
          .body(
              ResponseBody.create(
                  "Permission denied: ACLs hide some of what was asked for",
                  MediaType.get("text/plain")))
          .build();
    }
    return response;
  }

  /** Whether this asks for all instances of a service, or for all keys that begin so. */
  private static boolean isList(HttpUrl url) {
    String path = url.encodedPath();
    return path.startsWith("/v1/health/service/")
        || (path.startsWith("/v1/kv/") && url.queryParameterNames().contains("recurse"));
  }

  /** The agent's own endpoints know no data center. */
  private Response inDatacenter(Interceptor.Chain chain) throws IOException {
    Request request = chain.request();
    if (request.url().encodedPath().startsWith("/v1/agent/")) {
      return chain.proceed(request);
    }
    HttpUrl url = request.url().newBuilder().setQueryParameter("dc", access.datacenter()).build();
    return chain.proceed(request.newBuilder().url(url).build());
  }

  /** The tag of a request that is sent without our token. */
  enum AgentsToken {
    COUNTS
  }

  /** In a header only, and never to where the agent redirects to. */
  private Response withToken(Interceptor.Chain chain) throws IOException {
    Request request = chain.request();
    @Nullable Text token = access.token();
    boolean toTheAgent =
        request.url().host().equals(root().host()) && request.url().port() == access.port();
    if (token == null || !toTheAgent || request.tag(AgentsToken.class) != null) {
      return chain.proceed(request);
    }
    return chain.proceed(request.newBuilder().header("X-Consul-Token", token.reveal()).build());
  }
}
