package io.rdpg.plan.target.postgres;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.model.NodeAccess;
import io.rdpg.plan.language.model.Text;
import io.rdpg.plan.target.shell.NetworkError;
import io.rdpg.plan.target.tls.TlsFault;
import java.sql.SQLException;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * Converts exceptions of the driver to failures. SQLSTATEs are those of PostgreSQL's manual,
 * appendix A.
 */
final class SqlErrors {
  /**
   * A table, schema, function or other object is not there: undefined_table, invalid_schema_name,
   * undefined_function, undefined_object (PostgreSQL's appendix A).
   */
  private static final Set<String> MISSING = Set.of("42P01", "3F000", "42883", "42704");

  private static final String NO_SUCH_DATABASE = "3D000";
  private static final Set<String> ACCESS_REFUSED =
      Set.of("28000", "28P01", "42501", "08004", "0LP01");
  private static final Set<String> WRONG_PASSWORD = Set.of("28P01", "08P01");
  private static final Set<String> SERVER_ENDED = Set.of("57P01", "57P02", "57P05", "25P03");

  /**
   * protocol_violation: the one code of a pooler, for whatever it refuses and for why it ends a
   * connection. All else of class 08 that a server says is about a connection of its own, such as
   * that of a subscription.
   */
  private static final String OF_A_POOLER = "08P01";

  /**
   * What is said of a {@code $1} without a value: protocol_violation, indeterminate_datatype,
   * undefined_parameter.
   */
  private static final Set<String> NO_VALUE = Set.of(OF_A_POOLER, "42P18", "42P02");

  private static final Pattern NUMBERED_PARAMETER = Pattern.compile("\\$\\d");

  private static final String UNIQUE_VIOLATION = "23505";

  /**
   * PostgreSQL's own words, which it doesn't translate: heapam's of what another has changed
   * meanwhile.
   */
  private static final Pattern CHANGED_MEANWHILE = Pattern.compile("tuple concurrently \\w+");

  /** pgjdbc's own words. */
  private static final String NO_SSL = "The server does not support SSL";

  private static final int SHOWN = 400;

  private static final Pattern LEADING_COMMENTS = Pattern.compile("^\\s*(--[^\n]*(\n\\s*|$))*");

  private final NodeAccess.Postgres access;
  private final String node;

  SqlErrors(NodeAccess.Postgres access, String node) {
    this.access = access;
    this.node = node;
  }

  static boolean databaseMissing(SQLException e) {
    return NO_SUCH_DATABASE.equals(e.getSQLState());
  }

  /**
   * Whether a login may have failed for its password: pgbouncer gives all of its errors one code.
   */
  static boolean passwordRefused(SQLException e) {
    return serverMessage(e) != null && WRONG_PASSWORD.contains(String.valueOf(e.getSQLState()));
  }

  /** Whether the connection broke, rather than the statement being refused. */
  static boolean connectionBroke(SQLException e) {
    return !ResultLimit.exceeded(e)
        && (SERVER_ENDED.contains(String.valueOf(e.getSQLState()))
            || foundBroken(e)
            || foundBroken(e.getNextException()));
  }

  /**
   * Whether it is the driver that says so. Where a server says why before it ends a connection, the
   * driver's own words are chained to the server's.
   */
  private static boolean foundBroken(@Nullable SQLException e) {
    return e != null && isOfConnections(e) && serverMessage(e) == null;
  }

  private static boolean isOfConnections(SQLException e) {
    return String.valueOf(e.getSQLState()).startsWith("08");
  }

  /**
   * Whether two sessions made or changed the same object at the same moment: {@code IF NOT EXISTS}
   * and {@code OR REPLACE} look first, and then meet the other's entry in a catalog.
   */
  static boolean metInACatalog(SQLException e) {
    ServerErrorMessage answer = serverMessage(e);
    if (answer == null) {
      return false;
    }
    return (UNIQUE_VIOLATION.equals(e.getSQLState()) && "pg_catalog".equals(answer.getSchema()))
        || CHANGED_MEANWHILE.matcher(String.valueOf(answer.getMessage())).matches();
  }

  /** Whether the server answers that it couldn't connect to another one. */
  private static boolean peerOutOfReach(SQLException e) {
    return serverMessage(e) != null && isOfConnections(e) && !OF_A_POOLER.equals(e.getSQLState());
  }

  /** For an exception met while connecting. */
  Failure connecting(SQLException e, String database) {
    Failure ofTheNode = failureWithin(e);
    if (ofTheNode != null) {
      return ofTheNode;
    }
    String state = Objects.requireNonNullElse(e.getSQLState(), "");
    String who = "as " + access.user() + " to database " + database + " at " + place();
    if (databaseMissing(e)) {
      return diagnostic(
          Code.SQL_FAILED, "there is no database " + database + " at " + place(), null);
    }
    Optional<TlsFault> ofTls =
        TlsFault.in(e)
            .or(() -> access.tls().certificate() == null ? Optional.empty() : TlsFault.cutOff(e));
    if (ofTls.isPresent()) {
      return tls(ofTls.get(), who);
    }
    if (message(e).equals(NO_SSL)) {
      return diagnostic(
          Code.TLS_FAILED,
          "can't connect " + who + ": server does not support SSL, but SSL was required",
          "give the server a certificate and ssl = on, or weaken pg_sslmode ("
              + access.sslMode().word()
              + ") of this node");
    }
    if (ACCESS_REFUSED.contains(state)) {
      return diagnostic(
          Code.POSTGRES_AUTHENTICATION_FAILED,
          "PostgreSQL refuses to connect " + who + ": " + message(e),
          refusedHint(message(e)));
    }
    return diagnostic(
        Code.POSTGRES_UNREACHABLE,
        "can't connect " + who + ": " + message(e),
        "check that PostgreSQL runs there and listens, and pg_host and pg_port in the inventory");
  }

  private String refusedHint(String message) {
    if (message.contains("no encryption")) {
      return "give pg_sslmode: require, or verify-full with pg_sslrootcert: pg_hba.conf lets this"
          + " user in by hostssl only, or not at all";
    }
    if (message.contains("valid client certificate")) {
      return "give pg_sslcert and pg_sslkey: pg_hba.conf asks for a certificate (clientcert)";
    }
    if (access.password() == null && PasswordFile.isIgnored()) {
      return "the password file "
          + PasswordFile.path()
          + " is ignored, since others may read it: chmod 600";
    }
    return "check pg_user and pg_password of this node in the inventory, and the server's"
        + " pg_hba.conf; where the server still has the password before, give that as"
        + " pg_password_previous";
  }

  private Failure tls(TlsFault fault, String who) {
    return diagnostic(
        Code.TLS_FAILED,
        "can't connect " + who + ": " + fault.words(),
        switch (fault.kind()) {
          case AUTHORITY ->
              "check pg_sslrootcert: it names the authority of the servers' certificates";
          case VALIDITY -> "renew the server's certificate, and check the clocks of both machines";
          case NAME ->
              "verify-full wants a certificate for pg_host, or for the node's address where that is"
                  + " a loopback address; verify-ca accepts any name";
          case CLIENT_CERTIFICATE ->
              "check pg_sslcert and pg_sslkey: the server accepts certificates of the authority in"
                  + " its ssl_ca_file only";
          case NO_TLS, OTHER -> "check pg_host and pg_port, and the server's log";
        });
  }

  /**
   * For an exception met while a statement ran.
   *
   * @param sql what the statement was made from, for its secrets
   * @param shown the statement without its secrets
   */
  Failure running(SQLException e, String database, Secrets sql, String shown) {
    if (ResultLimit.exceeded(e)) {
      return tooLong(ResultLimit.MEBIBYTES + " MiB", database, shown);
    }
    if (isOfTheDriver(e, "CopyManager")) {
      return diagnostic(
          Code.SQL_FAILED,
          "COPY from or to the client can't be run as a step (database "
              + database
              + "), in: "
              + brief(shown),
          "write INSERT statements, or COPY a file of the server's (FROM '/path'); or run psql by a"
              + " command");
    }
    if (isOfTheDriver(e, "No value specified for parameter")
        || isOfTheDriver(e, "column index is out of range")) {
      return diagnostic(
          Code.BAD_ARGUMENT_VALUE,
          "the statement has not as many ? as there are params (%d), in: %s"
              .formatted(sql.parameters().size(), brief(shown)),
          "give a value for each ?; an operator ? is written ?? where there are params");
    }
    if (connectionBroke(e)) {
      return diagnostic(
          Code.CONNECTION_LOST,
          "the connection to PostgreSQL at " + place() + " broke: " + sql.redact(message(e)),
          "the statement may or may not have been executed; run the plan again");
    }
    StringBuilder message = new StringBuilder(sql.redact(message(e)));
    message.append(" (SQLSTATE ").append(e.getSQLState()).append(", database ");
    message.append(database).append("), in: ").append(brief(shown));
    if (peerOutOfReach(e)) {
      return diagnostic(
          Code.PEER_UNREACHABLE,
          message.toString(),
          "it is the server at "
              + place()
              + " that couldn't connect: check the way from there, the other server and its"
              + " pg_hba.conf");
    }
    return diagnostic(code(e), message.toString(), hint(e, sql));
  }

  private static @Nullable String hint(SQLException e, Secrets sql) {
    ServerErrorMessage answer = serverMessage(e);
    if (answer != null && answer.getHint() != null) {
      return sql.redact(answer.getHint());
    }
    return NO_VALUE.contains(String.valueOf(e.getSQLState()))
            && NUMBERED_PARAMETER.matcher(sql.sql().reveal()).find()
        ? "parameters are written ?, and their values given by params"
        : null;
  }

  /**
   * For a result that is longer than {@link ResultLimit} allows.
   *
   * @param limit what it is longer than
   */
  Failure tooLong(String limit, String database, String shown) {
    return diagnostic(
        Code.SQL_FAILED,
        "the result has more than %s (database %s), of: %s"
            .formatted(limit, database, brief(shown)),
        "ask for less: by a condition, by LIMIT, or let the server count and compare");
  }

  private static Code code(SQLException e) {
    return MISSING.contains(Objects.requireNonNullElse(e.getSQLState(), ""))
        ? Code.SQL_OBJECT_MISSING
        : Code.SQL_FAILED;
  }

  private Failure diagnostic(Code code, String message, @Nullable String hint) {
    // Without the driver's exception as its cause, whose message may repeat a secret.
    return Diagnostic.of(code, message).withHint(hint).orOn(node).failure();
  }

  private String place() {
    return access.socket().orElse(access.host() + ":" + access.port());
  }

  private static String message(SQLException e) {
    ServerErrorMessage answer = serverMessage(e);
    if (answer == null || answer.getMessage() == null) {
      Optional<String> network = NetworkError.words(e);
      if (network.isPresent()) {
        return network.get();
      }
      Throwable cause = e.getCause();
      String own = Objects.requireNonNullElse(e.getMessage(), e.toString());
      return withoutFullStop(
          cause == null || cause.getMessage() == null ? own : cause.getMessage());
    }
    String detail = answer.getDetail();
    return withoutFullStop(
        detail == null ? answer.getMessage() : answer.getMessage() + ": " + detail);
  }

  /** Whether the driver itself refuses a statement, in such words. */
  private static boolean isOfTheDriver(SQLException e, String words) {
    return serverMessage(e) == null && String.valueOf(e.getMessage()).contains(words);
  }

  private static String withoutFullStop(String text) {
    return text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
  }

  private static @Nullable ServerErrorMessage serverMessage(SQLException e) {
    return e instanceof PSQLException ours ? ours.getServerErrorMessage() : null;
  }

  private static String brief(String statement) {
    String line =
        LEADING_COMMENTS.matcher(statement).replaceFirst("").strip().replaceAll("\\s+", " ");
    return line.length() <= SHOWN ? line : line.substring(0, SHOWN) + " ...";
  }

  private static @Nullable Failure failureWithin(Throwable e) {
    for (Throwable t = e; t != null; t = t.getCause()) {
      if (t instanceof Failure failure) {
        return failure;
      }
    }
    return null;
  }

  /** The texts that a statement was made from. */
  record Secrets(Text sql, java.util.List<Text> parameters) {
    boolean any() {
      return sql.holdsSecret() || parameters.stream().anyMatch(Text::holdsSecret);
    }

    String redact(String words) {
      String shown = sql.redact(words);
      for (Text parameter : parameters) {
        shown = parameter.redact(shown);
      }
      return shown;
    }
  }
}
