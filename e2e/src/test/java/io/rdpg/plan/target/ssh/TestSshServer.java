package io.rdpg.plan.target.ssh;

import io.rdpg.plan.lab.RequiredProgram;
import io.rdpg.plan.lab.RequiredPrograms;
import io.rdpg.plan.language.diagnostic.Span;
import io.rdpg.plan.language.model.NodeAccess;
import io.rdpg.plan.testing.Eventually;
import io.rdpg.plan.testing.TestDeadlines;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An sshd of the test's own for the user that runs the test. SHLVL keeps bash from reading that
 * user's .bashrc.
 */
public final class TestSshServer implements AutoCloseable {
  private static final RequiredPrograms TOOLS = RequiredPrograms.locate(System.err::println);

  public static final String HOST = "127.0.0.1";

  private final Path directory;
  private final List<String> command;
  private final String address;
  private final int port;
  private Process process;

  /** Starts one with its files in this directory. */
  public TestSshServer(Path directory, String... settings) throws IOException {
    this(directory, List.of(), settings);
  }

  /** One whose host key ssh-keygen makes by these options. */
  static TestSshServer withHostKey(Path directory, String... options) throws IOException {
    List<String> all = new ArrayList<>(List.of("-q", "-f", directory.resolve("host").toString()));
    all.addAll(List.of(options));
    keygen(all.toArray(String[]::new));
    return new TestSshServer(directory);
  }

  /** One with a certificate for its host key by an authority of its own, for this name. */
  static TestSshServer withHostCertificate(Path directory, String name) throws IOException {
    keygen("-q", "-t", "ed25519", "-N", "", "-f", directory.resolve("host").toString());
    keygen("-q", "-t", "ed25519", "-N", "", "-f", directory.resolve("ca").toString());
    keygen(
        "-q",
        "-s",
        directory.resolve("ca").toString(),
        "-h",
        "-I",
        "host",
        "-n",
        name,
        directory.resolve("host.pub").toString());
    return new TestSshServer(directory, "HostCertificate " + directory.resolve("host-cert.pub"));
  }

  /**
   * The same behind a command.
   *
   * @param command runs what its last arguments are
   */
  TestSshServer(Path directory, List<String> command, String... settings) throws IOException {
    this(directory, command, HOST, settings);
  }

  /**
   * The same at an address that only this command may have.
   *
   * @param address where it listens
   */
  TestSshServer(Path directory, List<String> command, String address, String[] settings)
      throws IOException {
    this.directory = directory;
    this.command = List.copyOf(command);
    this.address = address;
    this.port = freePort();
    if (isRoot()) {
      // Where Debian's sshd separates its privileges.
      Files.createDirectories(Path.of("/run/sshd"));
    }
    if (!Files.exists(directory.resolve("host"))) {
      makeKey("host");
    }
    makeKey("user");
    makeKey("user-ca");
    Files.copy(directory.resolve("user.pub"), directory.resolve("authorized_keys"));
    Files.writeString(
        directory.resolve("sshd_config"),
        """
        ListenAddress %1$s:%2$d
        HostKey %3$s/host
        AuthorizedKeysFile %3$s/authorized_keys
        TrustedUserCAKeys %3$s/user-ca.pub
        PidFile none
        UsePAM no
        StrictModes no
        PasswordAuthentication no
        KbdInteractiveAuthentication no
        %4$s
        PermitRootLogin yes
        SetEnv SHLVL=2
        LogLevel INFO
        """
            .formatted(address, port, directory, String.join("\n", settings)));
    process = launch();
    trustKey(Files.readString(directory.resolve("host.pub")));
  }

  private Process launch() throws IOException {
    List<String> words = new ArrayList<>(command);
    words.addAll(
        List.of(
            TOOLS.path(RequiredProgram.SSHD),
            "-D",
            "-e",
            "-f",
            directory.resolve("sshd_config").toString()));
    Path log = directory.resolve("sshd.log");
    int before = Files.exists(log) ? log().size() : 0;
    Process started =
        new ProcessBuilder(words)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    Eventually.holds(
        "sshd listens",
        () -> {
          if (!started.isAlive()) {
            throw new AssertionError("sshd: " + Files.readString(log));
          }
          return log().stream().skip(before).anyMatch(line -> line.contains("Server listening on"));
        });
    return started;
  }

  /** How it is reached, with the right key and its host key known. */
  public NodeAccess.Ssh access() {
    return access(directory.resolve("user"), directory.resolve("known_hosts"));
  }

  NodeAccess.Ssh access(@Nullable Path key, Path knownHosts) {
    return access(address, port, System.getProperty("user.name"), key, knownHosts);
  }

  /**
   * How a host is reached, whatever the ssh configuration and the agent of who runs the test say.
   */
  static NodeAccess.Ssh access(
      String host, int port, String user, @Nullable Path key, @Nullable Path knownHosts) {
    return new NodeAccess.Ssh(
        host, port, user, key, null, knownHosts, null, arguments("-F none -o IdentityAgent=none"));
  }

  static NodeAccess.SshArguments arguments(String text) {
    return new NodeAccess.SshArguments(
        List.of(), List.of(new NodeAccess.SshArgument(Span.of("test"), text)));
  }

  /** Writes a known_hosts that holds this host key for it. */
  void trustKey(String publicKey) throws IOException {
    String[] words = publicKey.split(" ", -1);
    Files.writeString(
        directory.resolve("known_hosts"),
        "[%s]:%d %s %s\n".formatted(address, port, words[0], words[1]));
  }

  /** Makes a new key pair in its directory. */
  Path makeKey(String name, String... more) throws IOException {
    Path key = directory.resolve(name);
    List<String> options =
        new ArrayList<>(List.of("-q", "-t", "ed25519", "-C", "test", "-f", key.toString()));
    options.addAll(more.length > 0 ? List.of(more) : List.of("-N", ""));
    keygen(options.toArray(String[]::new));
    return key;
  }

  /** Lets this key in. */
  void authorize(Path key) throws IOException {
    Files.writeString(
        directory.resolve("authorized_keys"),
        Files.readString(key.resolveSibling(key.getFileName() + ".pub")),
        StandardOpenOption.APPEND);
  }

  /** Makes a certificate that lets a key in as this user. */
  void certifyUser(Path key, String user) throws IOException {
    keygen(
        "-q",
        "-s",
        directory.resolve("user-ca").toString(),
        "-I",
        "test",
        "-n",
        user,
        key + ".pub");
  }

  /** One of its files. */
  Path file(String name) {
    return directory.resolve(name);
  }

  /** What it has logged. */
  List<String> log() throws IOException {
    return Files.readAllLines(directory.resolve("sshd.log"));
  }

  static void keygen(String... options) throws IOException {
    List<String> command = new ArrayList<>(List.of(TOOLS.path(RequiredProgram.SSH_KEYGEN)));
    command.addAll(List.of(options));
    Process keygen = new ProcessBuilder(command).start();
    try {
      if (!keygen.waitFor(TestDeadlines.SOON) || keygen.exitValue() != 0) {
        throw new IOException("ssh-keygen failed");
      }
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  /** The process, or what it runs behind. */
  long pid() {
    return process.pid();
  }

  /** The processes that serve connections, youngest last. */
  List<ProcessHandle> serving() {
    return process.descendants().toList();
  }

  /** Kills it with all its connections; {@link #startAgain} ends that. */
  public void kill() {
    serving().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  /** Starts it again at the same port. */
  public void startAgain() throws IOException {
    process = launch();
  }

  int port() {
    return port;
  }

  static boolean isRoot() {
    return System.getProperty("user.name").equals("root");
  }

  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  @Override
  public void close() {
    kill();
  }

  /** A directory that only its owner may enter, as sshd likes it. */
  public static Path ownDirectory(Path parent) throws IOException {
    return Files.createTempDirectory(
        parent,
        "sshd",
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
  }
}
