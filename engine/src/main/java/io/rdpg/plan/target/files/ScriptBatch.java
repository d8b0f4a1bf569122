package io.rdpg.plan.target.files;

import io.rdpg.plan.target.Cancellation;
import io.rdpg.plan.target.shell.Transport;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

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

  /** Runs scripts; they find the functions of {@code prelude}. */
  static List<Section> run(
      Transport transport, String prelude, List<String> scripts, Cancellation cancellation) {
    String separator = UUID.randomUUID().toString();
    StringBuilder all = new StringBuilder(prelude).append('\n');
    for (String script : scripts) {
      all.append("(\n")
          .append(script)
          .append("\n) 2>&1\nprintf '\\n%s %s\\n' ")
          .append(separator)
          .append(" \"$?\"\n");
    }
    Transport.Reply reply = transport.run(new Transport.Script(all.toString()), cancellation);
    List<Section> sections = cut(reply.stdout(), separator);
    if (sections.size() != scripts.size()) {
      throw new IllegalStateException(
          "the shell returned %d of %d replies: %s"
              .formatted(sections.size(), scripts.size(), reply.err().strip()));
    }
    return sections;
  }

  private static List<Section> cut(byte[] output, String separator) {
    byte[] mark = ("\n" + separator + " ").getBytes(StandardCharsets.US_ASCII);
    List<Section> sections = new ArrayList<>();
    int from = 0;
    for (int at = ByteSearch.find(output, mark, 0);
        at >= 0;
        at = ByteSearch.find(output, mark, from)) {
      int end = ByteSearch.find(output, new byte[] {'\n'}, at + 1);
      int exit =
          Integer.parseInt(
              new String(
                  output, at + mark.length, end - at - mark.length, StandardCharsets.US_ASCII));
      sections.add(new Section(exit, Arrays.copyOfRange(output, from, at)));
      from = end + 1;
    }
    return sections;
  }
}
