package io.rdpg.plan.trial;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * How {@code rdpg-plan} is started as a process of its own: what is killed in a trial is a real
 * one.
 *
 * @param command the words before its arguments
 * @param environment variables beyond this process's own
 */
public record PlanProgram(List<String> command, Map<String, String> environment) {
  private static final String MAIN = "io.rdpg.plan.cli.Main";

  /** What the launcher says of where it is installed, which the new process is told too. */
  private static final List<String> PLACES = List.of("rdpg.home", "rdpg.site");

  public PlanProgram {
    command = List.copyOf(command);
    environment = Map.copyOf(environment);
  }

  /** This very program: this JVM's Java and class path, and its AOT cache where it has one. */
  public static PlanProgram ofThisProcess() {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // As the launcher does: a run is too short for C2.
    command.addAll(
        List.of(
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:-UsePerfData",
            "--enable-native-access=ALL-UNNAMED"));
    ownOptions()
        .filter(option -> option.startsWith("-XX:AOTCache="))
        .forEach(cache -> command.addAll(List.of(cache, "-Xlog:aot*=off", "-Xlog:cds*=off")));
    for (String place : PLACES) {
      String value = System.getProperty(place);
      if (value != null) {
        command.add("-D" + place + "=" + value);
      }
    }
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), MAIN));
    return new PlanProgram(command, Map.of());
  }

  private static Stream<String> ownOptions() {
    return ProcessHandle.current().info().arguments().stream().flatMap(Arrays::stream);
  }

  /** The command line with these arguments. */
  List<String> with(List<String> arguments) {
    return Stream.concat(command.stream(), arguments.stream()).toList();
  }
}
