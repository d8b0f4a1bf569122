package io.rdpg.plan.target.ssh.config;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

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

  /** A path as a person writes it: {@code ~} is the home directory. */
  Path path(String written) {
    if (written.equals("~")) {
      return home;
    }
    return written.startsWith("~/") ? home.resolve(written.substring(2)) : Path.of(written);
  }

  /** This machine's name, with its domain where it has one. */
  String hostName() {
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
