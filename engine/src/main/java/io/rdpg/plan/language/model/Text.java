package io.rdpg.plan.language.model;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * A string that may contain secrets. They print as {@code ***}; only {@link #reveal} returns them,
 * for the last step before a server or a file.
 *
 * <p>A secret part is between two Unicode noncharacters, which no text that a person writes
 * contains. So secrets survive rendering, joining and splitting into lines, and code that forgets
 * about them prints {@code ***}.
 */
public final class Text {
  private static final char OPEN = '\uFDD0';
  private static final char CLOSE = '\uFDD1';

  /** Long enough to be a secret, and to leave the rest of a message readable. */
  private static final Pattern WORD = Pattern.compile("\\w{4,}");

  /** The digits of a shorter one may be any number. */
  private static final int SHORTEST_AS_BYTES = 4;

  public static final Text EMPTY = new Text("");

  private final String marked;

  private Text(String marked) {
    this.marked = marked;
  }

  /** Text whose secret parts, if any, are already marked: what rendering gives. */
  public static Text marked(String marked) {
    return new Text(marked);
  }

  /** Text from outside, such as a server's reply or a file's content: nothing in it is secret. */
  public static Text plain(String text) {
    return new Text(unmark(text));
  }

  /** Text that is one secret. */
  public static Text secret(String value) {
    return value.isEmpty() ? EMPTY : new Text(OPEN + unmark(value) + CLOSE);
  }

  /** The string with its marks, for rendering it into another. */
  public String marked() {
    return marked;
  }

  public boolean holdsSecret() {
    return marked.indexOf(OPEN) >= 0;
  }

  /** The whole, secrets in clear. Never log, print or keep what this returns. */
  public String reveal() {
    return unmark(marked);
  }

  /** The text with {@code ***} in place of each secret part. */
  @Override
  public String toString() {
    if (!holdsSecret()) {
      return marked;
    }
    StringBuilder shown = new StringBuilder();
    int depth = 0;
    for (int i = 0; i < marked.length(); i++) {
      char c = marked.charAt(i);
      if (c == OPEN) {
        if (depth++ == 0) {
          shown.append("***");
        }
      } else if (c == CLOSE) {
        depth--;
      } else if (depth == 0) {
        shown.append(c);
      }
    }
    return shown.toString();
  }

  /**
   * The text cut as {@link String#lines} cuts it. A secret that spans several lines is a secret
   * part of each of them, of the empty ones too.
   */
  public List<Text> lines() {
    List<Text> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    int depth = 0;
    boolean begun = false;
    boolean returned = false;
    for (int i = 0; i < marked.length(); i++) {
      char c = marked.charAt(i);
      if (c == OPEN) {
        if (depth++ == 0) {
          line.append(OPEN);
        }
      } else if (c == CLOSE) {
        if (--depth == 0 && !line.isEmpty() && line.charAt(line.length() - 1) == OPEN) {
          line.setLength(line.length() - 1);
        } else if (depth == 0) {
          line.append(CLOSE);
        }
      } else if (c == '\n' && returned) {
        returned = false;
      } else if (c == '\n' || c == '\r') {
        returned = c == '\r';
        lines.add(new Text(depth > 0 ? line.append(CLOSE).toString() : line.toString()));
        line.setLength(0);
        line.append(depth > 0 ? String.valueOf(OPEN) : "");
        begun = false;
      } else {
        returned = false;
        begun = true;
        line.append(c);
      }
    }
    if (begun) {
      lines.add(new Text(line.toString()));
    }
    return lines;
  }

  /**
   * Redacts this text's secrets in another text as {@code ***}, for a server's message that may
   * repeat them: whole or cut (see {@link Redaction}), as the inside of an SQL literal, as a {@code
   * bytea} is shown, or word by word.
   */
  public String redact(String words) {
    String shown = words;
    for (String piece : tellingPieces()) {
      shown = Redaction.hide(shown, piece);
    }
    return shown;
  }

  /** Its secret parts in clear. Never log, print or keep in a file what this returns. */
  public List<String> secrets() {
    List<String> secrets = new ArrayList<>();
    int depth = 0;
    int start = 0;
    for (int i = 0; i < marked.length(); i++) {
      char c = marked.charAt(i);
      if (c == OPEN && depth++ == 0) {
        start = i;
      } else if (c == CLOSE && --depth == 0) {
        secrets.add(unmark(marked.substring(start, i)));
      }
    }
    return secrets;
  }

  private List<String> tellingPieces() {
    Set<String> pieces = new HashSet<>();
    for (String secret : secrets()) {
      String inside = secret.replaceAll("^'|'$", "");
      for (String whole : List.of(secret, inside, inside.replace("''", "'"))) {
        pieces.add(whole);
        if (whole.length() >= SHORTEST_AS_BYTES) {
          pieces.add(HexFormat.of().formatHex(whole.getBytes(StandardCharsets.UTF_8)));
        }
      }
      WORD.matcher(secret).results().map(MatchResult::group).forEach(pieces::add);
    }
    pieces.remove("");
    return pieces.stream().sorted(Comparator.comparingInt(String::length).reversed()).toList();
  }

  /** Equal by what is revealed, so that a rendered secret can be compared with a server's reply. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Text text && reveal().equals(text.reveal());
  }

  @Override
  public int hashCode() {
    return reveal().hashCode();
  }

  private static String unmark(String text) {
    return text.indexOf(OPEN) < 0 && text.indexOf(CLOSE) < 0
        ? text
        : text.replace(String.valueOf(OPEN), "").replace(String.valueOf(CLOSE), "");
  }
}
