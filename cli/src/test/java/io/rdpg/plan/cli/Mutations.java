package io.rdpg.plan.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Spoils text as careless hands, editors and disks do. Works on bytes, one character for each. */
final class Mutations {
  private static final List<String> TOKENS =
      List.of(
          "{{",
          "}}",
          "{%",
          "%}",
          "{#",
          "#}",
          "{{ x }}",
          "{% if %}",
          "{% endif %}",
          "{% for a in b %}",
          "{% endfor %}",
          "{% set a = a ~ a %}",
          "{% macro f() %}",
          "{% include 'x' %}",
          "{% verbatim %}",
          "range(0, 1000000000)",
          "(((((",
          ")))))",
          "[[[[[",
          "]]]]]",
          "not ",
          "- ",
          ": ",
          ":\n",
          "\n",
          "\t",
          "\r\n",
          "\"",
          "'",
          "\\",
          "\\u0000",
          "\\ud800",
          "|",
          ">",
          "|-\n",
          "&a ",
          "*a",
          "<<: *a\n",
          "!x ",
          "!!binary ",
          "!!int ",
          "---\n",
          "...\n",
          "? ",
          "# ",
          "@",
          "%",
          "`",
          "~",
          "null",
          "yes",
          "0x7f",
          "1e999",
          "0o17",
          "99999999999999999999",
          "-1",
          ".nan",
          ".inf",
          "2001-01-01",
          "when: ",
          "for_each: ",
          "steps: ",
          "include: p.yml",
          "register: r",
          "secret('env:X')",
          "secret(",
          "| sql_literal",
          "| nothing",
          "is defined",
          "r.x",
          "node.x",
          "\u00c3\u00a9",
          "\u00ef\u00bb\u00bf",
          "\u00ff",
          "\u00c0\u0080",
          "\u00ed\u00a0\u0080",
          "\u00f0\u009f\u009a\u0080",
          "\u00e2\u0080\u00a8",
          "\u00c2\u0085",
          "\u0000",
          "\u0007");

  private final Random random;
  private final List<byte[]> seeds;

  Mutations(Random random, List<byte[]> seeds) {
    this.random = random;
    this.seeds = List.copyOf(seeds);
  }

  /** Another text, made of one of the seeds by a few changes. */
  byte[] next() {
    StringBuilder text = new StringBuilder(text(any(seeds)));
    for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
      change(text);
    }
    return text.toString().getBytes(ISO_8859_1);
  }

  private void change(StringBuilder text) {
    int at = text.isEmpty() ? 0 : random.nextInt(text.length());
    int to = Math.min(text.length(), at + 1 + random.nextInt(20));
    switch (random.nextInt(9)) {
      case 0 -> text.delete(at, to);
      case 1 -> text.insert(at, (char) random.nextInt(256));
      case 2 -> text.insert(at, any(TOKENS));
      case 3 -> text.replace(at, to, any(TOKENS));
      case 4 -> text.insert(at, text.substring(at, to));
      case 5 -> text.setLength(at);
      case 6 -> moveLines(text);
      case 7 -> splice(text);
      default -> {
        if (!text.isEmpty()) {
          text.setCharAt(at, (char) (text.charAt(at) ^ 1 << random.nextInt(8)));
        }
      }
    }
  }

  /** Puts some lines elsewhere, at another depth. */
  private void moveLines(StringBuilder text) {
    List<String> lines = new ArrayList<>(List.of(text.toString().split("\n", -1)));
    String moved = lines.remove(random.nextInt(lines.size()));
    String indented = " ".repeat(random.nextInt(8)) + moved.strip();
    lines.add(random.nextInt(lines.size() + 1), random.nextBoolean() ? moved : indented);
    text.setLength(0);
    text.append(String.join("\n", lines));
  }

  /** Puts some lines of another seed into this one. */
  private void splice(StringBuilder text) {
    List<String> lines = new ArrayList<>(List.of(text.toString().split("\n", -1)));
    String[] others = text(any(seeds)).split("\n", -1);
    int from = random.nextInt(others.length);
    int to = Math.min(others.length, from + 1 + random.nextInt(6));
    lines.addAll(random.nextInt(lines.size() + 1), List.of(others).subList(from, to));
    text.setLength(0);
    text.append(String.join("\n", lines));
  }

  private static String text(byte[] bytes) {
    return new String(bytes, ISO_8859_1);
  }

  private <T> T any(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }
}
