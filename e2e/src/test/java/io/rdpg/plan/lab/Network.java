package io.rdpg.plan.lab;

import io.rdpg.plan.testing.Eventually;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;

/**
 * Network namespaces on one bridge: machines with addresses of their own, as far as servers can
 * tell. Loopback addresses are no such thing, since PostgreSQL sees every client as 127.0.0.1.
 *
 * <p>It is removed with all that runs in it by {@link #close}, and by a process that waits for the
 * end of this one when this one is killed.
 */
public final class Network implements AutoCloseable {
  private static final String OUTSIDE = "out";

  private final String bridge = "rp" + Long.toHexString(random(1L << 32));
  private final String prefix = "10." + (64 + random(64)) + "." + random(250) + ".";
  private final Map<String, String> addresses = new LinkedHashMap<>();
  private final Process remover;

  /**
   * Makes them; this machine has an address on the bridge too.
   *
   * @param names one a machine, of at most four characters
   * @param directory what these machines have, removed with them
   */
  public static Network open(List<String> names, Path directory) throws IOException {
    Network network = new Network(names, directory);
    ip("addr add %s1/24 dev %s".formatted(network.prefix, network.bridge));
    return network;
  }

  /**
   * Makes them where this machine isn't on the bridge: only one of them is reached from here, at an
   * address of its own, and it routes nothing.
   *
   * @param gate its name
   * @see #outside
   */
  public static Network behind(String gate, List<String> names, Path directory) throws IOException {
    Network network = new Network(names, directory);
    String cable = network.cable(OUTSIDE);
    ip("link add %s type veth peer name eth1 netns %s".formatted(cable, network.namespace(gate)));
    ip("addr add %s253/30 dev %s".formatted(network.prefix, cable));
    ip("link set %s up".formatted(cable));
    ip("-n %s addr add %s/30 dev eth1".formatted(network.namespace(gate), network.outside()));
    ip("-n %s link set eth1 up".formatted(network.namespace(gate)));
    return network;
  }

  private Network(List<String> names, Path directory) throws IOException {
    remover = remover(names, directory);
    ip("link add %s type bridge".formatted(bridge));
    ip("link set %s up".formatted(bridge));
    for (String name : names) {
      addresses.put(name, prefix + (11 + addresses.size()));
      ip("netns add %s".formatted(namespace(name)));
      ip("link add %s type veth peer name eth0 netns %s".formatted(cable(name), namespace(name)));
      ip("link set %s master %s up".formatted(cable(name), bridge));
      ip("-n %s addr add %s/24 dev eth0".formatted(namespace(name), address(name)));
      ip("-n %s link set eth0 up".formatted(namespace(name)));
      ip("-n %s link set lo up".formatted(namespace(name)));
    }
  }

  /** Why there can't be one on this machine; empty when there can. */
  public static String missing() {
    if (!LabUser.isRoot(System.getProperty("user.name"))) {
      return "network namespaces need root";
    }
    if (RequiredPrograms.find("ip").isEmpty()) {
      return "network namespaces need the program ip (Debian package iproute2)";
    }
    DebianProgram.find("iptables", "iptables");
    String probe = "rp-probe-" + random(1L << 32);
    try {
      ip("netns add %s".formatted(probe));
      ip("netns del %s".formatted(probe));
      return "";
    } catch (AssertionError refused) {
      return "network namespaces can't be made here: " + refused.getMessage();
    }
  }

  /** The first three numbers of all addresses, with the dot after them. */
  public String prefix() {
    return prefix;
  }

  public String address(String name) {
    return String.valueOf(addresses.get(name));
  }

  /** Where the gate is reached from here. */
  public String outside() {
    return prefix + "254";
  }

  /** The words before a command that is to run on that machine. */
  public List<String> on(String name) {
    return List.of("ip", "netns", "exec", namespace(name));
  }

  /** From now on nothing gets to that machine or comes from it, and nobody is told. */
  public void cut(String name) {
    ip("link set %s down".formatted(cable(name)));
  }

  /**
   * From now on a machine loses what is described so, before it is sent or after it has come, and
   * nobody is told.
   *
   * @param chain {@code INPUT} or {@code OUTPUT}
   * @param packets as iptables(8) describes them, such as {@code -p tcp --dport 80}
   */
  public void lose(String name, String chain, String packets) {
    run(on(name), "iptables -A %s %s -j DROP".formatted(chain, packets));
  }

  /** Ends all that {@link #cut} and {@link #lose} began. */
  public void mend() {
    for (String name : addresses.keySet()) {
      ip("link set %s up".formatted(cable(name)));
      run(on(name), "iptables -F");
    }
  }

  /** This machine's address on the bridge. */
  public String here() {
    return prefix + "1";
  }

  /** Kills all that runs on the machines. */
  public void killAll() {
    for (String name : addresses.keySet()) {
      for (String pid : run(List.of(), "ip netns pids " + namespace(name)).lines().toList()) {
        ProcessHandle.of(Long.parseLong(pid.strip()))
            .ifPresent(process -> {
              process.destroyForcibly();
              Eventually.holds("process " + pid + " is gone", () -> !process.isAlive());
            });
      }
    }
  }

  private String namespace(String name) {
    return bridge + "-" + name;
  }

  private String cable(String name) {
    return bridge + name;
  }

  private static void ip(String arguments) {
    run(List.of(), "ip " + arguments);
  }

  private static String run(List<String> on, String command) {
    try {
      List<String> words =
          Stream.concat(on.stream(), Arrays.stream(command.split(" ", -1))).toList();
      Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new AssertionError(command + ": " + said.strip());
      }
      return said;
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private Process remover(List<String> names, Path directory) throws IOException {
    StringBuilder script = new StringBuilder("cat >/dev/null\n");
    for (String name : names) {
      // Sockets whose other end is gone keep a namespace for minutes, and its cable with it.
      script.append(
          """
          ip netns pids %1$s | xargs -r kill -9
          ip netns del %1$s
          ip link del %2$s
          """
              .formatted(namespace(name), cable(name)));
    }
    script.append("ip link del ").append(cable(OUTSIDE));
    script
        .append("\nip link del ")
        .append(bridge)
        .append("\nrm -rf ")
        .append(directory)
        .append('\n');
    return new ProcessBuilder("setsid", "sh", "-c", script.toString())
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  private static long random(long bound) {
    return ThreadLocalRandom.current().nextLong(bound);
  }

  @Override
  public void close() throws IOException {
    remover.getOutputStream().close();
    try {
      remover.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
