package io.rdpg.plan.target.consul;

import static io.rdpg.plan.testing.Failing.diagnosticOf;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.model.NodeAccess;
import io.rdpg.plan.step.Read;
import io.rdpg.plan.target.Cancellation;
import io.rdpg.plan.testing.DirectTransport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What Consul 1.11 says and the Consul that labs use can't say yet. */
@Tag("server")
class FilteredByAclsIT {
  @Test
  void an_answer_from_which_acls_left_something_out_is_no_answer() throws IOException {
    HttpServer newer =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    newer.createContext(
        "/",
        exchange -> {
          exchange.getResponseHeaders().add("X-Consul-Results-Filtered-By-ACLs", "true");
          exchange.getResponseHeaders().add("Content-Type", "application/json");
          byte[] nothing = "[]".getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, nothing.length);
          exchange.getResponseBody().write(nothing);
          exchange.close();
        });
    newer.start();
    NodeAccess.Consul access =
        new NodeAccess.Consul(
            newer.getAddress().getAddress().getHostAddress(), newer.getAddress().getPort());
    try (ConsulReader reader = new ConsulReader(access, new DirectTransport(), "n1")) {
      Diagnostic diagnostic =
          diagnosticOf(() -> reader.service(new Read.Service("svc"), new Cancellation()));
      assertThat(diagnostic.code()).isEqualTo(Code.CONSUL_REFUSED);
    } finally {
      newer.stop(0);
    }
  }
}
