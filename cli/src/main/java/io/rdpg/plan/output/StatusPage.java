package io.rdpg.plan.output;

import io.rdpg.plan.language.model.Plural;
import io.rdpg.plan.markup.Markup;
import io.rdpg.plan.status.ClusterReport;
import io.rdpg.plan.status.NodeReport;
import io.rdpg.plan.status.PairReport;
import io.rdpg.plan.status.Problem;
import io.rdpg.plan.status.Registration;
import io.rdpg.plan.status.Row;
import io.rdpg.plan.status.StatusReport;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** How all nodes are, as a page to keep and to share: all that {@link StatusText} has, and more. */
public record StatusPage(StatusReport report) {

  /** The whole page. */
  public String write() {
    Markup page = new Markup();
    page.add("<h1>Status of %s</h1>\n", report.inventory());
    page.add("<p class=\"facts\"><time>%s</time></p>\n", report.at().toString());
    problems(page);
    report.clusters().forEach(cluster -> cluster(page, cluster));
    return HtmlDocument.of("Status of " + report.inventory(), page);
  }

  private void problems(Markup page) {
    List<Problem> problems = report.problems();
    if (problems.isEmpty()) {
      page.raw("<p class=\"verdict good\">All is well.</p>\n");
      return;
    }
    page.add("<p class=\"verdict bad\">%s</p>\n<ul>\n", Plural.of(problems.size(), "problem"));
    for (Problem problem : problems) {
      String node = problem.node();
      page.add("<li><b>%s</b>: %s", node == null ? problem.cluster() : node, problem.message());
      String hint = problem.hint();
      if (hint != null) {
        page.add("<br><span class=\"soft\">hint: %s</span>", hint);
      }
      page.raw("</li>\n");
    }
    page.raw("</ul>\n");
  }

  private static void cluster(Markup page, ClusterReport cluster) {
    page.add(
        "<section id=\"%s\">\n<h2>%s</h2>\n<p class=\"facts\">%s</p>\n",
        cluster.id(), cluster.id().isEmpty() ? "In no cluster" : cluster.id(), cluster.role());
    nodes(page, cluster);
    pairs(page, cluster.pairs());
    if (!cluster.locks().isEmpty()) {
      head(page, "Lock", "Held by");
      for (Row lock : cluster.locks()) {
        page.raw("<tr>");
        cell(page, "warn", lock.text("key").orElse(""));
        cell(page, "", lock.text("holder").orElse(""));
        page.raw("</tr>\n");
      }
      page.raw("</table>\n");
    }
    registrations(page, cluster);
    page.raw("</section>\n");
  }

  private static void nodes(Markup page, ClusterReport cluster) {
    head(page, "Node", "Address", "PostgreSQL", "WAL kept", "Registered", "");
    for (NodeReport node : cluster.nodes()) {
      boolean answered = node.server().text("version").isPresent();
      long passing = node.registrations().stream().filter(Registration::passing).count();
      boolean all = passing == node.registrations().size();
      page.raw("<tr>");
      cell(page, "", node.name());
      cell(page, "", node.address());
      cell(page, answered ? "good" : "bad", node.server().text("version").orElse("no answer"));
      cell(
          page,
          "",
          node.keptBytes().isPresent()
              ? ByteCount.show((double) node.keptBytes().getAsLong())
              : "-");
      cell(
          page,
          !cluster.consul() ? "soft" : all ? "good" : "bad",
          cluster.consul() ? passing + " of " + node.registrations().size() : "unknown");
      cell(page, "warn", StatusText.notes(node));
      page.raw("</tr>\n");
    }
    page.raw("</table>\n");
  }

  private static void pairs(Markup page, List<PairReport> pairs) {
    if (pairs.isEmpty()) {
      return;
    }
    head(page, "From", "To", "Behind", "Slot", "Worker", "Errors", "Conflicts", "");
    for (PairReport pair : pairs) {
      Row subscription = pair.subscription();
      boolean disabled = subscription.truth("enabled").equals(Optional.of(false));
      page.raw("<tr>");
      cell(page, "", pair.from());
      cell(page, "", pair.to());
      cell(page, "", StatusText.behind(pair.slot()));
      truth(page, pair.slot().truth("active"), "in use", "not in use");
      if (disabled) {
        cell(page, "bad", "disabled");
      } else {
        truth(page, subscription.truth("worker"), "runs", "not running");
      }
      cell(page, "", count(subscription, "apply_errors"));
      cell(page, "", count(subscription, "conflicts"));
      cell(page, "bad", String.join("; ", pair.troubles()));
      page.raw("</tr>\n");
    }
    page.raw("</table>\n");
  }

  private static void registrations(Markup page, ClusterReport cluster) {
    page.raw("<details><summary>Registrations and checks in Consul</summary>\n");
    head(page, "Node", "Service", "Check", "Status", "Output");
    for (NodeReport node : cluster.nodes()) {
      for (Registration registration : node.registrations()) {
        if (!registration.there()) {
          page.raw("<tr>");
          cell(page, "", node.name());
          cell(page, "", registration.service());
          cell(page, "", "");
          cell(page, "bad", "not registered");
          cell(page, "", "");
          page.raw("</tr>\n");
        }
        for (Row check : registration.checks()) {
          String status = check.text("status").orElse("").toLowerCase(Locale.ROOT);
          page.raw("<tr>");
          cell(page, "", node.name());
          cell(page, "", registration.service());
          cell(page, "", check.text("name").orElse(""));
          cell(page, status.equals("passing") ? "good" : "bad", status);
          cell(page, "soft", check.text("output").orElse(""));
          page.raw("</tr>\n");
        }
      }
    }
    page.raw("</table>\n</details>\n");
  }

  private static void head(Markup page, String... headings) {
    page.raw("<table>\n<tr>");
    for (String heading : headings) {
      page.add("<th>%s</th>", heading);
    }
    page.raw("</tr>\n");
  }

  private static void truth(Markup page, Optional<Boolean> truth, String yes, String no) {
    cell(
        page,
        truth.map(holds -> holds ? "good" : "bad").orElse("soft"),
        truth.map(holds -> holds ? yes : no).orElse("-"));
  }

  private static String count(Row row, String column) {
    return row.number(column).map(number -> String.valueOf(number.longValue())).orElse("-");
  }

  private static void cell(Markup page, String look, String text) {
    page.add("<td class=\"%s\">%s</td>", look, text);
  }
}
