package io.rdpg.plan.output;

import io.rdpg.plan.run.event.Event;
import io.rdpg.plan.run.event.Status;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Plays a made-up run on this terminal, to look at the live screen: {@code java -cp ...
 * io.rdpg.plan.output.LiveDemo 30}.
 */
final class LiveDemo {
  private LiveDemo() {}

  public static void main(String[] args) throws InterruptedException {
    int count = args.length == 0 ? 5 : Integer.parseInt(args[0]);
    List<String> nodes = IntStream.rangeClosed(1, count).mapToObj(i -> "mc" + i).toList();
    Map<String, String> clusters = new HashMap<>();
    nodes.forEach(
        node -> clusters.put(node, nodes.indexOf(node) < count * 2 / 3 ? "rdpgmc" : "rdpgsc1"));
    Style style = new Style(Terminal.wantsColour(System.getenv()), true);
    Random random = new Random(7);
    try (LiveReport live =
        new LiveReport(
                System.out,
                new Terminal(System.getenv()),
                InstantSource.system(),
                style,
                true,
                clusters)
            .started()) {
      live.on(new Event.RunStarted("plans/bootstrap.yml", "inventories/lab.yml", nodes, false));
      for (int step = 1; step <= 6; step++) {
        Event.LockAcquired lock =
            new Event.LockAcquired(nodes.get(step % count), "rdpg/rdpgmc/bootstrap/lock", "s");
        live.on(lock);
        for (String node : nodes) {
          Event.At at = SampleRun.at(node, "step " + step + " of the plan", "sql_exec");
          live.on(new Event.StepStarted(at));
          if (random.nextInt(3) == 0) {
            live.on(
                new Event.Waiting(
                    at, "2 of 3 nodes", "", Duration.ofSeconds(4), Duration.ofMinutes(5)));
          }
        }
        Thread.sleep(2500);
        for (String node : nodes) {
          boolean changed = random.nextInt(8) == 0;
          live.on(
              SampleRun.finished(
                  node,
                  "step " + step + " of the plan",
                  changed ? Status.CHANGED : Status.OK,
                  changed ? "content differs" : "equal"));
          Thread.sleep(20);
        }
        live.on(new Event.LockReleased(lock.node(), lock.key(), lock.session()));
      }
      live.on(SampleRun.apply().get(6));
      Map<String, Map<Status, Integer>> counts = new LinkedHashMap<>();
      nodes.forEach(node -> counts.put(node, Map.of(Status.OK, 5, Status.CHANGED, 1)));
      live.on(new Event.RunFinished(counts, Duration.ofSeconds(16), false, 1));
    }
  }
}
