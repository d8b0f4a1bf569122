package io.rdpg.plan.target.files;

import io.rdpg.plan.target.Cancellation;
import io.rdpg.plan.target.shell.Transport;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Several scripts run in one round trip, each in a subshell, with their outputs kept apart. */
final class ScriptBatch {

  /**
   * What one of them gave.
   *
   * @param output its stdout; its stderr as well, so that a failed one's output says why
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared, and large
  record Section(int exit, byte[] output) {
    String text() {
      return new String(output, StandardCharsets.UTF_8);
    }

    /** What a failed one said, as part of a sentence. */
    String said() {
      return text().strip();
    }
  }

  private ScriptBatch() {}

  /** When the scripts behind one are run. */
  enum Then {
    /** However it ends. */
    GO_ON(":"),
    /** Only when it exits with 0. */
    IF_ZERO("[ \"$r\" -eq 0 ]"),
    /** Only when it exits with another code. */
    UNLESS_ZERO("[ \"$r\" -ne 0 ]");

    private final String condition;

    Then(String condition) {
      this.condition = condition;
    }
  }

  /**
   * One of the scripts.
   *
   * @param before run before it, not in its subshell; empty for nothing
   * @param last run in its place at the end, when no others are run behind it; empty for nothing
   */
  record Part(String before, String script, Then then, String last) {
    Part(String script) {
      this(script, Then.GO_ON);
    }

    Part(String script, Then then) {
      this("", script, then, "");
    }

    /** What is between the script's end and its exit code. */
    private String end() {
      return last.isEmpty() ? "" : then.condition + " || " + last + "\n";
    }

    private String behind() {
      return then == Then.GO_ON ? "" : then.condition + " || exit 0\n";
    }
  }

  /** Runs scripts; they find the functions of {@code prelude}. */
  static List<Section> run(
      Transport transport, String prelude, List<String> scripts, Cancellation cancellation) {
    List<Section> sections = new ArrayList<>();
    Transport.Reply reply =
        run(
            transport,
            prelude,
            scripts.stream().map(Part::new).toList(),
            (_, section) -> sections.add(section),
            cancellation);
    if (sections.size() != scripts.size()) {
      throw new IllegalStateException(
          "the shell returned %d of %d replies: %s"
              .formatted(sections.size(), scripts.size(), reply.err().strip()));
    }
    return sections;
  }

  /**
   * Runs scripts as far as they go.
   *
   * @param each gets the number of each script that has ended, in their order, and what it gave, as
   *     soon as that has come
   */
  static Transport.Reply run(
      Transport transport,
      String prelude,
      List<Part> parts,
      BiConsumer<Integer, Section> each,
      Cancellation cancellation) {
    String separator = UUID.randomUUID().toString();
    StringBuilder all = new StringBuilder(prelude).append('\n');
    for (Part part : parts) {
      all.append(part.before())
          .append("(\n")
          .append(part.script())
          .append("\n) 2>&1\nr=$?\n")
          .append(part.end())
          .append("printf '\\n%s %s\\n' ")
          .append(separator)
          .append(" \"$r\"\n")
          .append(part.behind());
    }
    Cutter cutter = new Cutter(separator, each);
    Transport.Reply reply =
        transport.run(new Transport.Script(all.toString(), 1 + parts.size()), cutter, cancellation);
    cutter.printed(reply.stdout(), reply.stdout().length);
    cutter.check();
    return reply;
  }

  /** Cuts an output that grows into sections. */
  private static final class Cutter implements Transport.Listener {
    private final byte[] mark;
    private final BiConsumer<Integer, Section> each;
    private @Nullable RuntimeException failure;
    private int number;
    private int from;
    private int searched;

    Cutter(String separator, BiConsumer<Integer, Section> each) {
      this.mark = ("\n" + separator + " ").getBytes(StandardCharsets.US_ASCII);
      this.each = each;
    }

    @Override
    public void printed(byte[] stdout, int length) {
      while (true) {
        int at = ByteSearch.find(stdout, length, mark, searched);
        if (at < 0) {
          searched = Math.max(searched, length - mark.length);
          return;
        }
        searched = at;
        int end = ByteSearch.find(stdout, length, new byte[] {'\n'}, at + 1);
        if (end < 0) {
          return;
        }
        String exit =
            new String(stdout, at + mark.length, end - at - mark.length, StandardCharsets.US_ASCII);
        hand(new Section(Integer.parseInt(exit), Arrays.copyOfRange(stdout, from, at)));
        from = end + 1;
        searched = from;
      }
    }

    /** Whoever reads the node's output is not to be hit by what is wrong with one reply. */
    private void hand(Section section) {
      try {
        each.accept(number++, section);
      } catch (RuntimeException e) {
        failure = e;
      }
    }

    void check() {
      if (failure != null) {
        throw failure;
      }
    }
  }
}
