package io.rdpg.plan.target;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Counts what is asked of one node and its servers, by kind of connection: each round trip where it
 * is made, each byte where it is sent. Safe for use by many threads.
 */
public final class Traffic {
  private final Map<Way, Counter> counters = new ConcurrentHashMap<>();

  /** Kinds of connections. */
  public enum Kind {
    SHELL("shell"),
    SQL("sql"),
    CONSUL("consul"),
    /** Ports and HTTP servers that steps look at. */
    ENDPOINT("endpoint");

    private final String word;

    Kind(String word) {
      this.word = word;
    }

    /** As events carry it. */
    public String word() {
      return word;
    }
  }

  /**
   * A kind of connection.
   *
   * @param to the user of a shell, null for the one who logs in; the database of SQL; else null
   */
  public record Way(Kind kind, @Nullable String to) {}

  /**
   * What was counted.
   *
   * @param connects how many connections were opened; of a shell, how often it was started
   * @param requests how many round trips were made beside connecting
   * @param forks how many processes scripts are known to have started, the commands of authors
   *     among them; 0 for all that are no shells
   * @param waited how long answers took, those of parallel requests added up
   */
  public record Counts(
      Way way,
      long connects,
      long requests,
      long forks,
      long sentBytes,
      long receivedBytes,
      Duration waited) {

    /** The sum of two of the same way. */
    public Counts plus(Counts other) {
      return new Counts(
          way,
          connects + other.connects,
          requests + other.requests,
          forks + other.forks,
          sentBytes + other.sentBytes,
          receivedBytes + other.receivedBytes,
          waited.plus(other.waited));
    }
  }

  /**
   * The counter of a user's shell.
   *
   * @param user null for the user who logs in
   */
  public Counter shell(@Nullable String user) {
    return of(new Way(Kind.SHELL, user));
  }

  /** The counter of connections to a database. */
  public Counter sql(String database) {
    return of(new Way(Kind.SQL, database));
  }

  public Counter consul() {
    return of(new Way(Kind.CONSUL, null));
  }

  public Counter endpoint() {
    return of(new Way(Kind.ENDPOINT, null));
  }

  private Counter of(Way way) {
    return counters.computeIfAbsent(way, _ -> new Counter());
  }

  /** What was counted so far, by kind and user; without what was never used. */
  public List<Counts> counts() {
    return counters.entrySet().stream()
        .map(entry -> entry.getValue().counts(entry.getKey()))
        .filter(counts -> counts.connects() + counts.requests() > 0)
        .sorted(
            Comparator.comparing((Counts counts) -> counts.way().kind())
                .thenComparing(counts -> Objects.requireNonNullElse(counts.way().to(), "")))
        .toList();
  }

  /** Counts one kind of connection. */
  public static final class Counter {
    private final LongAdder connects = new LongAdder();
    private final LongAdder requests = new LongAdder();
    private final LongAdder forks = new LongAdder();
    private final LongAdder sent = new LongAdder();
    private final LongAdder received = new LongAdder();
    private final LongAdder nanos = new LongAdder();

    /** A connection is open. */
    public void connected() {
      connects.increment();
    }

    /** Counts one request, and the time until it is closed. */
    public Request request() {
      requests.increment();
      long start = System.nanoTime();
      return () -> nanos.add(System.nanoTime() - start);
    }

    /** So many processes are started. */
    public void forked(int processes) {
      forks.add(processes);
    }

    public void sent(long bytes) {
      sent.add(bytes);
    }

    public void received(long bytes) {
      received.add(bytes);
    }

    private Counts counts(Way way) {
      return new Counts(
          way,
          connects.sum(),
          requests.sum(),
          forks.sum(),
          sent.sum(),
          received.sum(),
          Duration.ofNanos(nanos.sum()));
    }
  }

  /** A request that is under way until it is closed. */
  public interface Request extends AutoCloseable {
    @Override
    void close();
  }
}
