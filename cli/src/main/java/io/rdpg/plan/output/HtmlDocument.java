package io.rdpg.plan.output;

import io.rdpg.plan.markup.Markup;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * A page of its own that needs no server, no network and no script, for a browser or an archive.
 */
final class HtmlDocument {
  private HtmlDocument() {}

  /**
   * The whole page.
   *
   * @param body markup
   */
  static String of(String title, Markup body) {
    return new Markup()
        .raw("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
        .raw(
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none';"
                + " style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\">\n")
        .raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
        .add("<title>%s</title>\n<style>\n", title)
        .raw(style())
        .raw("</style>\n</head>\n<body>\n")
        .raw(body.toString())
        .raw("</body>\n</html>\n")
        .toString();
  }

  private static String style() {
    try (InputStream css = HtmlDocument.class.getResourceAsStream("page.css")) {
      return new String(Objects.requireNonNull(css).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
