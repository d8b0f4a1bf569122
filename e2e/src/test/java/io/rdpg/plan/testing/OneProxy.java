package io.rdpg.plan.testing;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** One real pgbouncer or haproxy with a directory and an address of its own. */
public final class OneProxy implements AutoCloseable {
  private final String address;
  private final Path directory;
  private final TestServerProcess process;

  private OneProxy(String address, Path directory, TestServerProcess process) {
    this.address = address;
    this.directory = directory;
    this.process = process;
  }

  /** The first configuration of a server, by its address and directory. */
  @FunctionalInterface
  public interface FirstConfiguration {
    String of(String address, Path directory);
  }

  /** pgbouncer with {@code pgbouncer.ini}, its process in {@code pid}. */
  public static OneProxy pgbouncer(FirstConfiguration configuration) {
    return start("pgbouncer.ini", configuration, List.of("pgbouncer"), List.of());
  }

  /** haproxy with {@code haproxy.cfg}, its process in {@code pid}. */
  public static OneProxy haproxy(FirstConfiguration configuration) {
    return start(
        "haproxy.cfg", configuration, List.of("haproxy", "-W", "-f"), List.of("-p", "pid"));
  }

  private static OneProxy start(
      String file, FirstConfiguration configuration, List<String> program, List<String> options) {
    try {
      Path directory = TestServerProcess.directory(program.getFirst());
      String address = OwnAddress.next();
      Path first =
          TestServerProcess.ownFile(directory.resolve(file), configuration.of(address, directory));
      List<String> command = new ArrayList<>(program);
      command.add(first.toString());
      options.forEach(option ->
          command.add(option.startsWith("-") ? option : directory.resolve(option).toString()));
      OneProxy proxy =
          new OneProxy(
              address,
              directory,
              TestServerProcess.start(command, directory, directory.resolve("out")));
      Eventually.holds(
          program.getFirst() + " has written its pid: " + TestFiles.read(directory.resolve("out")),
          () -> !TestFiles.read(directory.resolve("pid")).isBlank());
      return proxy;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  public String address() {
    return address;
  }

  public Path file(String name) {
    return directory.resolve(name);
  }

  @Override
  public void close() {
    process.close();
  }
}
