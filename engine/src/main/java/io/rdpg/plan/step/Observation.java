package io.rdpg.plan.step;

import io.rdpg.plan.language.model.Text;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The results of reads. */
public sealed interface Observation {

  /** What is at a path. */
  sealed interface FileState extends Observation {}

  /** Nothing, in a directory that is there. */
  record NoFile() implements FileState {}

  /**
   * Nothing, and no directory to put it in.
   *
   * @param directory the one that it would be in
   */
  record NoDirectory(String directory) implements FileState {}

  /**
   * A regular file.
   *
   * @param mode the permission bits, such as 0644 in octal
   */
  record File(Text content, String owner, String group, int mode) implements FileState {}

  /** A directory, or anything else that is no regular file. */
  record OtherFile(String what) implements FileState {}

  /**
   * Whether a file may be put at a path.
   *
   * @param hindrance why not, as the first part of a sentence; null when it may
   * @param hint what to do about it
   */
  record Place(@Nullable String hindrance, @Nullable String hint) implements Observation {}

  /** The result of a query. */
  sealed interface Rows extends Observation {}

  /** The place that the query is about is not there yet, such as a database. */
  record NoPlace(String what) implements Rows {}

  /**
   * A query's rows.
   *
   * @param rows each by column name in the query's order; a value is a String, Boolean, Long,
   *     Double, BigDecimal, or null
   */
  record Table(List<String> columns, List<Map<String, @Nullable Object>> rows) implements Rows {
    public Table {
      columns = List.copyOf(columns);
      rows = List.copyOf(rows);
    }

    /**
     * As a condition: true when the first row's only column is true, or, where the query gives
     * anything but one boolean, when there is a row at all.
     */
    public boolean holds() {
      if (rows.isEmpty()) {
        return false;
      }
      if (columns.size() == 1 && rows.size() == 1) {
        Object only = rows.getFirst().get(columns.getFirst());
        return only != null && !Boolean.FALSE.equals(only);
      }
      return true;
    }
  }

  /** What is at a key. */
  sealed interface KeyState extends Observation {}

  record NoKey() implements KeyState {}

  /**
   * A key's value.
   *
   * @param index Consul's ModifyIndex, for compare-and-set
   */
  record KeyValue(Text value, long index) implements KeyState {}

  /** What an agent has registered under an id. */
  sealed interface RegistrationState extends Observation {}

  record NoRegistration() implements RegistrationState {}

  /**
   * The agent has it.
   *
   * @param followed false where Consul's catalog goes on saying something else of it, or of its
   *     check's state: the agent couldn't tell it yet, or not by the token of whoever registered
   *     it, which may not be valid any more
   */
  record Existing(Registration registration, boolean followed) implements RegistrationState {
    public Existing(Registration registration) {
      this(registration, true);
    }
  }

  /** The agent has ended it, or never had it; Consul's catalog has it under the agent's node. */
  record LeftBehind(Registration registration) implements RegistrationState {}

  /** The instances of a service. */
  record Instances(List<Instance> instances) implements Observation {
    public Instances {
      instances = List.copyOf(instances);
    }
  }

  /**
   * One instance of a service.
   *
   * @param checks its own and its node's
   */
  record Instance(String node, String id, String address, int port, List<CheckState> checks) {
    public Instance {
      checks = List.copyOf(checks);
    }

    /** Whether all of its checks pass. */
    public boolean passing() {
      return checks.stream().allMatch(CheckState::passes);
    }
  }

  /**
   * What a health check found last.
   *
   * @param status {@code passing}, {@code warning} or {@code critical}
   * @param output its own words; empty for none
   */
  record CheckState(String name, String status, String output) {
    public boolean passes() {
      return status.equals("passing");
    }
  }

  /** Keys that sessions hold, in their order. */
  record LocksHeld(List<LockState> locks) implements Observation {
    public LocksHeld {
      locks = List.copyOf(locks);
    }
  }

  /**
   * One key that a session holds.
   *
   * @param holder the run that holds it, in words; else what Consul knows of the session
   * @param node the node that the run holds it for; empty when it isn't known
   * @param since since when, in UTC (ISO 8601); empty when it isn't known
   */
  record LockState(String key, String session, String holder, String node, String since) {}

  /** What Consul knows of one of its nodes. */
  sealed interface MemberState extends Observation {}

  /** Neither the catalog nor a registration names it. */
  record NoMember() implements MemberState {}

  /**
   * A node of Consul.
   *
   * @param alive whether the other agents reach its agent (Consul's check {@code serfHealth})
   * @param address its agent's, which services have that are registered without one
   */
  record Member(boolean alive, String address) implements MemberState {}

  /**
   * Whether a port accepts connections.
   *
   * @param detail why not; empty when it does
   */
  record Reachable(boolean open, String detail) implements Observation {}

  /**
   * The response to an HTTP request.
   *
   * @param status 0 when there was no response
   * @param detail the first part of the body, or why there was no response
   */
  record HttpReply(int status, String detail) implements Observation {}

  /** How a command ended. */
  record CommandResult(int exit, String stdout, String stderr) implements Observation {
    /**
     * Whether its program could not be started: not found, or not executable. A shell says so
     * (POSIX, "Exit Status for Commands").
     */
    public boolean notStarted() {
      return exit == 126 || exit == 127;
    }
  }

  /**
   * Configuration on disk and in the process.
   *
   * @param missing files that are not there
   * @param hash SHA-256 over the files' contents in their order, hexadecimal
   * @param changed the newest ctime of the files (a rename keeps mtime); null when all are missing
   * @param stamp what the stamp file holds, without its line end; null when there is none
   * @param stamped the stamp file's ctime; null when there is none
   * @param stampDirectory the directory that a stamp would be in, when it is not there; null when
   *     it is, or when no stamp is kept
   * @param process the process that runs; null when none was asked for or none runs
   * @param accepted the hash of the files that the service accepted last, see {@link
   *     Effect.Acceptance}; null when they aren't all kept, or weren't asked for
   */
  record ConfigurationState(
      List<String> missing,
      String hash,
      @Nullable Instant changed,
      @Nullable String stamp,
      @Nullable Instant stamped,
      @Nullable String stampDirectory,
      @Nullable ProcessIdentity process,
      @Nullable String accepted)
      implements Observation {
    /** A stamp that names a process: see {@link ProcessIdentity#word}. */
    private static final Pattern STAMPED =
        Pattern.compile("(?<hash>\\w+) \\d+/(?<ticks>\\d{1,18})");

    public ConfigurationState {
      missing = List.copyOf(missing);
    }

    public ConfigurationState(
        List<String> missing,
        String hash,
        @Nullable Instant changed,
        @Nullable String stamp,
        @Nullable Instant stamped,
        @Nullable String stampDirectory,
        @Nullable ProcessIdentity process) {
      this(missing, hash, changed, stamp, stamped, stampDirectory, process, null);
    }

    /** Whether the stamp says this, and was written after the last change. */
    public boolean isStamped(String wanted) {
      return wanted.equals(stamp) && isUnchangedSinceStamped();
    }

    /**
     * Whether the stamp says that this process, or one that ran before it, has loaded the files,
     * which are unchanged since: then so has this one, which began later. A reload by another run,
     * or by hand, replaces a process without a new stamp.
     */
    public boolean isStampedFor(ProcessIdentity now) {
      if (isStamped(hash + " " + now.word())) {
        return true;
      }
      Matcher named = stamp == null ? null : STAMPED.matcher(stamp);
      return named != null
          && named.matches()
          && named.group("hash").equals(hash)
          && Long.parseLong(named.group("ticks")) < now.startTicks()
          && isUnchangedSinceStamped();
    }

    private boolean isUnchangedSinceStamped() {
      return changed != null && stamped != null && !stamped.isBefore(changed);
    }
  }

  /**
   * A process that no other can be mistaken for.
   *
   * @param startTicks its start in clock ticks since boot ({@code proc_pid_stat(5)}, field 22)
   * @param started the same as a time
   */
  record ProcessIdentity(long pid, long startTicks, Instant started) {
    public String word() {
      return pid + "/" + startTicks;
    }
  }

  /**
   * A service as an agent registers it.
   *
   * @param address null for the agent's own
   * @param check null for none
   */
  record Registration(
      String id,
      String name,
      @Nullable String address,
      int port,
      List<String> tags,
      @Nullable Check check) {
    public Registration {
      tags = List.copyOf(tags);
    }

    public Optional<Check> checked() {
      return Optional.ofNullable(check);
    }
  }

  /**
   * A health check.
   *
   * @param type {@code tcp}, {@code http}, {@code ttl} or {@code script}
   * @param target what is checked: {@code host:port}, a URL, a duration, or a command
   * @param interval how often, in Consul's notation; null for {@code ttl}
   * @param timeout null for Consul's default
   */
  record Check(
      String type, List<String> target, @Nullable String interval, @Nullable String timeout) {
    public Check {
      target = List.copyOf(target);
    }
  }
}
