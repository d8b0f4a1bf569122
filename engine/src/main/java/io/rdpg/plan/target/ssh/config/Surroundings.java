package io.rdpg.plan.target.ssh.config;

import io.rdpg.plan.system.HostName;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Where and as whom this program runs.
 *
 * @param home the user's home directory, which has {@code .ssh}
 * @param system what holds {@code ssh_config} and {@code ssh_known_hosts} of all users
 * @param user the login name
 * @param environment the environment variables
 */
public record Surroundings(Path home, Path system, String user, Map<String, String> environment) {

  /** Those of this process. */
  public static Surroundings own() {
    return new Surroundings(
        Path.of(System.getProperty("user.home")),
        Path.of("/etc/ssh"),
        System.getProperty("user.name"),
        System.getenv());
  }

  Path userDirectory() {
    return home.resolve(".ssh");
  }

  /**
   * A path as a person writes it: {@code ~} is the home directory, {@code ~name} another user's.
   *
   * @throws InvalidPathException when it is none, or there is no such user on this machine
   */
  Path path(String written) {
    if (!written.startsWith("~")) {
      return Path.of(written);
    }
    String[] parts = written.split("/", 2);
    Path start = parts[0].equals("~") ? home : homeOf(parts[0].substring(1), written);
    return parts.length == 1 ? start : start.resolve(parts[1].replaceFirst("^/+", ""));
  }

  /** By passwd(5): what other services know of users is left out. */
  private static Path homeOf(String name, String written) {
    try (Stream<String> users = Files.lines(Path.of("/etc/passwd"), StandardCharsets.ISO_8859_1)) {
      return users
          .map(line -> line.split(":", -1))
          .filter(fields -> fields.length > 5 && fields[0].equals(name))
          .findFirst()
          .map(fields -> Path.of(fields[5]))
          .orElseThrow(() ->
              new InvalidPathException(written, "there is no user " + name + " in /etc/passwd"));
    } catch (IOException e) {
      throw new InvalidPathException(written, "/etc/passwd can't be read");
    }
  }

  /** This machine's name as it calls itself, with its domain where it has one. */
  String hostName() {
    String name = HostName.get();
    return name.isEmpty() ? nameOfAddress() : name;
  }

  private static String nameOfAddress() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "localhost";
    }
  }

  String userId() {
    try {
      return String.valueOf(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
    } catch (IOException | UnsupportedOperationException e) {
      return "";
    }
  }
}
