package io.rdpg.plan.world.postgres;

import io.rdpg.plan.model.Access;
import io.rdpg.plan.model.Text;
import io.rdpg.plan.world.reach.Reach;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;

/** Opens connections to one server. */
final class Connector implements AutoCloseable {
  private final Access.Postgres access;
  private final String way;

  Connector(Access.Postgres access, Reach reach) {
    this.access = access;
    this.way = RegisteredSocketFactory.register(reach);
  }

  Connection open(String database) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("PGHOST", access.host());
    properties.setProperty("PGPORT", Integer.toString(access.port()));
    properties.setProperty("user", access.user());
    Text password = access.password();
    if (password != null) {
      properties.setProperty("password", password.reveal());
    }
    properties.setProperty("ApplicationName", "rdpg-plan");
    // Any server that is alive: saves the round trip in which the name would be set.
    properties.setProperty("assumeMinServerVersion", "12");
    properties.setProperty("socketFactory", RegisteredSocketFactory.class.getName());
    properties.setProperty("socketFactoryArg", way);
    properties.setProperty("connectTimeout", "10");
    properties.setProperty("loginTimeout", "20");
    properties.setProperty("cancelSignalTimeout", "3");
    properties.setProperty("tcpKeepAlive", "true");
    properties.setProperty("stringtype", "unspecified");
    // Values as the server's own text; and no statement outlives a change of its tables.
    properties.setProperty("binaryTransfer", "false");
    properties.setProperty("prepareThreshold", "0");
    // Of these, only the database must stand in the URL.
    String name = URLEncoder.encode(database, StandardCharsets.UTF_8);
    return DriverManager.getConnection("jdbc:postgresql:" + name, properties);
  }

  @Override
  public void close() {
    RegisteredSocketFactory.forget(way);
  }
}
