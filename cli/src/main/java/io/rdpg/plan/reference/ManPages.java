package io.rdpg.plan.reference;

import io.rdpg.plan.language.model.Key;
import io.rdpg.plan.language.model.Keys;
import io.rdpg.plan.language.model.Signature;
import io.rdpg.plan.reference.CommandPage.Example;
import io.rdpg.plan.reference.CommandPage.Option;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** The manual: one page a command in section 1, one on plan files in section 5. */
public final class ManPages {
  private static final String PLAN = "rdpg-plan-plan";

  private ManPages() {}

  /**
   * All pages, each under its path in a directory that {@code man -M} takes.
   *
   * @param root the program's own page
   */
  public static Map<String, String> of(CommandPage root, Collection<Signature> signatures) {
    Map<String, String> pages = new LinkedHashMap<>();
    pages.put("man1/" + root.name() + ".1", command(root, root.name(), root.name()));
    for (CommandPage command : root.commands()) {
      String name = root.name() + "-" + command.name();
      pages.put("man1/" + name + ".1", command(command, name, root.name() + " " + command.name()));
    }
    pages.put("man5/" + PLAN + ".5", plan(signatures));
    return pages;
  }

  private static String command(CommandPage page, String name, String called) {
    Roff roff = new Roff(name, 1, "User Commands");
    roff.section("Name").paragraph(name + " - " + lower(page.summary()));
    roff.section("Synopsis")
        .paragraph("`" + HelpText.synopsis(called, page).replaceFirst(" ", "` "));
    roff.section("Description");
    page.about().forEach(roff::paragraph);
    page.parameters().forEach(parameter -> roff.item(parameter.label(), parameter.about()));
    if (!page.commands().isEmpty()) {
      roff.section("Commands");
      page.commands().forEach(command -> roff.item(command.name(), command.summary() + "."));
    }
    roff.section("Options");
    page.options()
        .forEach((group, options) -> {
          roff.part(group);
          options.forEach(option -> option(roff, option));
        });
    if (!page.exits().isEmpty()) {
      roff.section("Exit status");
      page.exits().forEach((number, meaning) -> roff.item(String.valueOf(number), meaning));
    }
    if (!page.commands().isEmpty()) {
      environment(roff);
    }
    roff.section("Examples");
    for (Example example : page.examples()) {
      if (!example.meaning().isEmpty()) {
        roff.paragraph(Paragraph.sentence(example.meaning()));
      }
      roff.example(example.line());
    }
    return roff.section("See also").paragraph(seeAlso(page)).toString();
  }

  private static void option(Roff roff, Option option) {
    String value = option.label() == null ? "" : "=" + option.label();
    roff.item(String.join(", ", option.names()) + value, option.about());
    if (!option.choices().isEmpty()) {
      roff.more("One of `" + String.join("`, `", option.choices()) + "`.");
    }
  }

  private static void environment(Roff roff) {
    roff.section("Environment");
    roff.item("RDPG_PLAN_INVENTORY", "The inventory where no `-i` is given.");
    roff.item(
        "RDPG_PLAN_STATE", "The directory of journals, instead of `.rdpg-plan` where it is run.");
    roff.item("NO_COLOR", "When it is set, output has no colours.");
    roff.section("Files");
    roff.item("plans/", "Plans that can be given without their path.");
    roff.item("templates/", "Templates and SQL that plans use.");
    roff.item("inventories/lab.yml", "The inventory when none is given.");
    roff.item(
        "~/.local/state/rdpg-plan/runs/",
        "The journal of each run; in a project, .rdpg-plan/runs/ there.");
  }

  private static String seeAlso(CommandPage page) {
    if (page.commands().isEmpty()) {
      return "`rdpg-plan`(1), `" + PLAN + "`(5)";
    }
    StringBuilder pages = new StringBuilder();
    page.commands()
        .forEach(command -> pages.append("`rdpg-plan-").append(command.name()).append("`(1), "));
    return pages + "`" + PLAN + "`(5)";
  }

  private static String plan(Collection<Signature> signatures) {
    Roff roff = new Roff(PLAN, 5, "File Formats");
    roff.section("Name").paragraph(PLAN + " - the plan language of rdpg-plan");
    roff.section("Description");
    roff.paragraph(
        "A plan is a YAML file: a map of keys, among them `steps`, a list. Each step has a name and"
            + " does one thing: a primitive, `include` or `steps`. Strings may contain templates,"
            + " `{{ ... }}` and `{% ... %}`; some places take a bare expression instead.");
    roff.section("Keys of a plan");
    Keys.PLAN.forEach(key -> key(roff, key));
    roff.section("Keys of a step");
    Keys.STEP.forEach(key -> key(roff, key));
    Keys.DEEDS.forEach(key -> key(roff, key));
    roff.section("Primitives");
    for (Signature signature : signatures) {
      roff.part(signature.name());
      roff.paragraph(signature.summary());
      roff.paragraph("In sync when " + signature.inSync() + ".");
      for (Signature.Argument argument : signature.arguments()) {
        roff.item(
            argument.name(),
            Paragraph.sentence(argument.meaning())
                + " "
                + Paragraph.sentence(PrimitiveReference.facts(argument)));
      }
      if (!signature.rules().isEmpty()) {
        roff.paragraph(
            "Rules: "
                + String.join(
                    "; ",
                    signature.rules().stream()
                        .map(rule -> PrimitiveReference.rule(rule, "`"))
                        .toList())
                + ".");
      }
      if (!signature.registered().isEmpty()) {
        roff.paragraph("Fields of the registered result:");
        signature
            .registered()
            .forEach(field -> roff.item(field.name(), Paragraph.sentence(field.meaning())));
      }
      roff.example(signature.example());
    }
    roff.section("How values are written");
    for (Signature.Kind kind : Signature.Kind.values()) {
      roff.item(KindNames.word(kind), Paragraph.sentence(KindNames.writing(kind)));
    }
    return roff.section("See also")
        .paragraph("`rdpg-plan`(1), `rdpg-plan-explain`(1), `rdpg-plan-validate`(1)")
        .toString();
  }

  private static void key(Roff roff, Key key) {
    String otherwise = key.defaultValue() == null ? "" : " Default `" + key.defaultValue() + "`.";
    roff.item(
        key.name(),
        Paragraph.sentence(key.meaning())
            + (key.required() ? " Required." : otherwise)
            + " Value: "
            + Paragraph.sentence(KindNames.writing(key.form())));
  }

  private static String lower(String text) {
    return text.substring(0, 1).toLowerCase(Locale.ROOT) + text.substring(1);
  }
}
