package io.rdpg.plan.markup;

/** Elements of XML or HTML, one after the other. */
public final class Markup {
  private final StringBuilder text = new StringBuilder();

  /** As it is. */
  public Markup raw(String markup) {
    text.append(markup);
    return this;
  }

  /** Markup with places for texts and numbers, each escaped for markup. */
  public Markup add(String format, Object... arguments) {
    Object[] fit = new Object[arguments.length];
    for (int i = 0; i < arguments.length; i++) {
      fit[i] = arguments[i] instanceof String string ? escaped(string) : arguments[i];
    }
    text.append(format.formatted(fit));
    return this;
  }

  /** A text as markup. */
  public static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
