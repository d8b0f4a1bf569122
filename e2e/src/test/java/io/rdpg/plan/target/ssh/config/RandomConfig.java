package io.rdpg.plan.target.ssh.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/**
 * Writes a random configuration of what ssh_config(5) allows, with a few names, so that much of it
 * matches.
 *
 * @param directory for what it includes
 * @param name of the files that it includes
 */
record RandomConfig(Random random, Path directory, String name) {
  private static final List<String> HOSTS =
      List.of("db1", "db2", "web", "db1.example.org", "10.0.0.1", "DB1");
  private static final List<String> PATTERNS =
      List.of(
          "db1", "db?", "*", "*.example.org", "!db1", "!web", "10.0.0.*", "web", "d*1", "!*.org");

  static String host(Random random) {
    return one(random, HOSTS);
  }

  String text() throws IOException {
    StringBuilder text = new StringBuilder();
    for (int i = 0, lines = 3 + random.nextInt(25); i < lines; i++) {
      text.append(blanks()).append(line(i, 0)).append('\n');
    }
    return text.toString();
  }

  private String line(int number, int depth) throws IOException {
    return switch (random.nextInt(depth == 0 ? 20 : 19)) {
      case 0, 1, 2 -> "Host" + between() + patterns(" ");
      case 3, 4 -> "Match " + criteria();
      case 5 ->
          "HostName " + one("%h.example.org", "10.0.0.1", "\"db1\"", "DB2.example.org", "%%x");
      case 6, 7 -> "User" + between() + one("root", "postgres", "\"a b\"", "'q'", "deploy");
      case 8 -> "Port" + between() + one("22", "2222", "1", "65535");
      case 9, 10 ->
          "IdentityFile" + between() + one("~/.ssh/a", "/k/%h", "\"/with blank/k\"", "none");
      case 11 -> "CertificateFile " + one("/c1", "~/c2");
      case 12 -> "IdentitiesOnly " + one("yes", "no");
      case 13 ->
          "ProxyJump" + between() + one("none", "bastion", "u@bastion:2222", "a,b@c", "[::1]:22");
      case 14 -> "ProxyCommand" + between() + one("none", "nc %h %p", "ssh -W \"%h:%p\" b # x");
      case 15 -> "UserKnownHostsFile" + between() + one("/a", "/a /b", "\"/a b\" ~/c", "none");
      case 16 ->
          one("ServerAliveInterval", "ConnectTimeout")
              + between()
              + one("5", "1m", "1h2m3s", "90S");
      case 17 ->
          one(
              "ServerAliveCountMax 4",
              "ConnectionAttempts 2",
              "HostKeyAlias alias",
              "# Port 99",
              "");
      case 18 ->
          one("ForwardAgent yes", "LogLevel DEBUG", "SendEnv LANG LC_*", "ControlMaster auto");
      default -> "Include " + included(number, depth + 1);
    };
  }

  private Path included(int number, int depth) throws IOException {
    Path file = directory.resolve(name + "-" + number + ".conf");
    StringBuilder text = new StringBuilder();
    for (int i = 0, lines = random.nextInt(8); i < lines; i++) {
      text.append(line(i, depth)).append('\n');
    }
    Files.writeString(file, text);
    return random.nextBoolean() ? file : directory.resolve(name + "-" + number + ".c*f");
  }

  private String criteria() {
    if (random.nextInt(8) == 0) {
      return one("all", "final all", "canonical all", "!all");
    }
    StringBuilder criteria = new StringBuilder();
    for (int i = 0, count = 1 + random.nextInt(2); i < count; i++) {
      criteria.append(random.nextInt(4) == 0 ? "!" : "").append(criterion()).append(' ');
    }
    return criteria.toString();
  }

  private String criterion() {
    return switch (random.nextInt(7)) {
      case 0 -> "host " + patterns(",");
      case 1 -> "originalhost " + patterns(",");
      case 2 -> "user " + one("root", "postgres,deploy", "!root,*", "*");
      case 3 -> "localuser " + one("root", "!root,*", "*");
      case 4 -> "exec " + one("true", "false", "\"test %n = db1\"", "\"test %p = 22\"");
      case 5 -> "final";
      default -> "canonical";
    };
  }

  private String patterns(String separator) {
    StringBuilder patterns = new StringBuilder(one(random, PATTERNS));
    for (int i = random.nextInt(3); i > 0; i--) {
      patterns.append(separator).append(one(random, PATTERNS));
    }
    return patterns.toString();
  }

  private String between() {
    return one(" ", "\t", "=", " = ", "  ");
  }

  private String blanks() {
    return one("", "  ", "\t");
  }

  private String one(String... values) {
    return one(random, List.of(values));
  }

  private static String one(Random random, List<String> values) {
    return values.get(random.nextInt(values.size()));
  }
}
