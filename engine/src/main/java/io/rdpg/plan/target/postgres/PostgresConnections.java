package io.rdpg.plan.target.postgres;

import io.rdpg.plan.language.model.NodeAccess;
import io.rdpg.plan.language.model.Text;
import io.rdpg.plan.target.Grace;
import io.rdpg.plan.target.Traffic;
import io.rdpg.plan.target.shell.Transport;
import io.rdpg.plan.target.shell.TransportSocketFactory;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.postgresql.PGConnection;

/** Opens connections to one server, for reads or for effects. */
final class PostgresConnections implements AutoCloseable {
  static final String APPLICATION = "rdpg-plan";

  /**
   * A run that stands still or is cut off in the middle of a transaction would keep its locks, and
   * so others waiting, for as long as its connection seems to be there.
   */
  private static final String SETTINGS =
      "-c idle_in_transaction_session_timeout=" + Grace.OF_OUTAGES.toMillis();

  /** The driver logs what it throws as well; kept, since Java forgets settings of loggers. */
  private static final Logger DRIVER = Logger.getLogger("org.postgresql");

  static {
    DRIVER.setLevel(Level.OFF);
    ScramKeyCache.install();
  }

  private final NodeAccess.Postgres access;
  private final Transport transport;

  /** Keys of socket factories, by database. */
  private final Map<String, String> ways = new ConcurrentHashMap<>();

  private volatile boolean closed;

  private final String tls;
  private final Use use;

  private PostgresConnections(NodeAccess.Postgres access, Transport transport, Use use) {
    this.access = access;
    this.transport = transport;
    this.tls = RegisteredTlsFactory.register(access.tls());
    this.use = use;
  }

  private enum Use {
    LOOK,
    ACT,
    CONSOLE
  }

  /** All that is sent over its connections is in a transaction that began as READ ONLY. */
  static PostgresConnections toLook(NodeAccess.Postgres access, Transport transport) {
    return new PostgresConnections(access, transport, Use.LOOK);
  }

  static PostgresConnections toAct(NodeAccess.Postgres access, Transport transport) {
    return new PostgresConnections(access, transport, Use.ACT);
  }

  /**
   * Each command is one message of the simple query protocol. Not encrypted beyond the way to the
   * node, since {@link ConsoleInput} reads the messages.
   */
  static PostgresConnections toConsole(NodeAccess.Postgres access, Transport transport) {
    return new PostgresConnections(access, transport, Use.CONSOLE);
  }

  /**
   * Logs in with the password; where that is refused, with the one before it, and where that is
   * refused too, once more with the password: it may have been changed between the two.
   */
  Connection open(String database) throws SQLException {
    Optional<String> password =
        Optional.ofNullable(access.password())
            .map(Text::reveal)
            .or(() -> PasswordFile.password(access, database));
    Text previous = access.previousPassword();
    if (previous == null) {
      return open(database, password);
    }
    try {
      return open(database, password);
    } catch (SQLException e) {
      requireRefusedPassword(e);
    }
    try {
      return open(database, Optional.of(previous.reveal()));
    } catch (SQLException e) {
      requireRefusedPassword(e);
    }
    return open(database, password);
  }

  private static void requireRefusedPassword(SQLException e) throws SQLException {
    if (!SqlErrors.passwordRefused(e)) {
      throw e;
    }
  }

  private Connection open(String database, Optional<String> password) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("PGHOST", access.socket().isPresent() ? "localhost" : access.host());
    properties.setProperty("PGPORT", Integer.toString(access.port()));
    properties.setProperty("user", access.user());
    password.ifPresent(word -> properties.setProperty("password", word));
    properties.setProperty("sslmode", access.sslMode().word());
    properties.setProperty("sslfactory", RegisteredTlsFactory.class.getName());
    properties.setProperty("sslfactoryarg", tls);
    properties.setProperty("sslhostnameverifier", RegisteredNameVerifier.class.getName());
    properties.setProperty("ApplicationName", APPLICATION);
    // Any server that is alive: saves the round trip in which the name would be set.
    properties.setProperty("assumeMinServerVersion", "12");
    properties.setProperty("socketFactory", RegisteredSocketFactory.class.getName());
    properties.setProperty("socketFactoryArg", ways.computeIfAbsent(database, this::way));
    properties.setProperty("connectTimeout", "10");
    properties.setProperty("loginTimeout", "20");
    properties.setProperty("cancelSignalTimeout", "3");
    properties.setProperty("tcpKeepAlive", "true");
    properties.setProperty("stringtype", "unspecified");
    // Values as the server's own text; and no statement outlives a change of its tables.
    properties.setProperty("binaryTransfer", "false");
    properties.setProperty("prepareThreshold", "0");
    properties.setProperty(ResultLimit.SETTING, ResultLimit.MEBIBYTES + "M");
    if (!access.pooled()) {
      properties.setProperty("options", SETTINGS);
    }
    if (access.socket().isPresent()) {
      // As libpq does, which encrypts nothing there.
      properties.setProperty("gssEncMode", "disable");
      properties.setProperty("sslmode", NodeAccess.SslMode.DISABLE.word());
    }
    if (use == Use.CONSOLE) {
      properties.setProperty("preferQueryMode", "simple");
      properties.setProperty("gssEncMode", "disable");
      properties.setProperty("sslmode", NodeAccess.SslMode.DISABLE.word());
    }
    // Of these, only the database must be in the URL.
    String name = URLEncoder.encode(database, StandardCharsets.UTF_8);
    Connection connection = DriverManager.getConnection("jdbc:postgresql:" + name, properties);
    if (use == Use.LOOK) {
      connection.setAutoCommit(false);
      connection.setReadOnly(true);
    }
    return connection;
  }

  private String way(String database) {
    if (closed) {
      throw new IllegalStateException("the connection to this server is closed");
    }
    Traffic.Counter counter = transport.traffic().sql(database);
    return RegisteredSocketFactory.register(
        new TransportSocketFactory(
            access.socket().map(this::toSocket).orElse(transport::open),
            counter,
            switch (use) {
              case LOOK, ACT -> UnaryOperator.identity();
              case CONSOLE -> ConsoleInput::new;
            }));
  }

  private TransportSocketFactory.Way toSocket(String path) {
    Transport user = transport.as(access.socketUser());
    return (_, _, timeout) -> user.openUnix(path, timeout);
  }

  /** The process of the server that serves a connection. */
  static int backend(Connection connection) {
    try {
      return connection.unwrap(PGConnection.class).getBackendPID();
    } catch (SQLException e) {
      throw new IllegalStateException(e); // it is the driver's own
    }
  }

  static void closeQuietly(Connection connection) {
    try {
      connection.close();
    } catch (SQLException alreadyBroken) {
      // The connection is closed in any case; an open transaction is rolled back by the server.
    }
  }

  @Override
  public void close() {
    closed = true;
    ways.values().forEach(RegisteredSocketFactory::forget);
    ways.clear();
    RegisteredTlsFactory.forget(tls);
  }
}
