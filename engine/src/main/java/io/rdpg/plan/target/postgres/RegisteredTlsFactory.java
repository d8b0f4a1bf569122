package io.rdpg.plan.target.postgres;

import io.rdpg.plan.language.model.NodeAccess;
import io.rdpg.plan.target.tls.TlsClient;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.postgresql.ssl.WrappedFactory;

/**
 * The TLS socket factory that pgjdbc makes by its class name, like {@link RegisteredSocketFactory}.
 */
public final class RegisteredTlsFactory extends WrappedFactory {
  private static final Map<String, NodeAccess.Tls> WAYS = new ConcurrentHashMap<>();

  /**
   * Called by pgjdbc when a server agrees to speak TLS.
   *
   * @param key what {@link #register} gave
   */
  public RegisteredTlsFactory(String key) {
    factory = TlsClient.of(of(key)).context().getSocketFactory();
  }

  static String register(NodeAccess.Tls tls) {
    String key = UUID.randomUUID().toString();
    WAYS.put(key, tls);
    return key;
  }

  static NodeAccess.Tls of(@Nullable String key) {
    NodeAccess.Tls tls = key == null ? null : WAYS.get(key);
    if (tls == null) {
      throw new IllegalStateException("the connection to this server is closed");
    }
    return tls;
  }

  static void forget(String key) {
    WAYS.remove(key);
  }
}
