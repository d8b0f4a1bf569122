import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Writes what the benchmarks recorded into the documentation: tables between two marks of a page,
 * and a chart.
 *
 * <p>{@code java Report.java RESULTS PAGE CHART}
 */
final class Report {
  private static final String BEGIN = "<!-- written by bench/all -->";
  private static final String END = "<!-- end of what bench/all writes -->";
  private static final Pattern SPEED =
      Pattern.compile("(\\d+) hosts, (\\d+) steps, (\\d+) ms login, (\\d+) ms away");

  /** Of one thing at one setting, in milliseconds; memory in MiB. */
  private record Figure(double min, double median, double max) {}

  private record Setting(int hosts, int steps, int login, int away) {}

  private static String machine = "";
  private static final Map<Setting, Map<String, Figure>> speed = new LinkedHashMap<>();
  private static final Map<String, Map<String, Figure>> others = new LinkedHashMap<>();

  public static void main(String[] arguments) throws IOException {
    for (String line : Files.readAllLines(Path.of(arguments[0]))) {
      String[] cells = line.split("\t");
      if (cells[0].equals("machine")) {
        machine = cells[1];
        continue;
      }
      Figure figure = new Figure(number(cells[3]), number(cells[4]), number(cells[5]));
      Matcher setting = SPEED.matcher(cells[1]);
      if (setting.matches()) {
        speed
            .computeIfAbsent(
                new Setting(
                    integer(setting, 1),
                    integer(setting, 2),
                    integer(setting, 3),
                    integer(setting, 4)),
                _ -> new LinkedHashMap<>())
            .put(cells[2], figure);
      } else {
        others.computeIfAbsent(cells[0], _ -> new LinkedHashMap<>()).put(cells[2], figure);
      }
    }
    Path page = Path.of(arguments[1]);
    Path chart = Path.of(arguments[2]);
    Files.writeString(chart, chart());
    String text = Files.readString(page);
    Files.writeString(
        page,
        text.substring(0, text.indexOf(BEGIN) + BEGIN.length())
            + "\n\n"
            + tables(page.toAbsolutePath().getParent().relativize(chart.toAbsolutePath()))
            + text.substring(text.indexOf(END)));
  }

  private static double number(String text) {
    return Double.parseDouble(text);
  }

  private static int integer(Matcher matcher, int group) {
    return Integer.parseInt(matcher.group(group));
  }

  // Tables

  private static String tables(Path chart) {
    List<Setting> all = List.copyOf(speed.keySet());
    StringBuilder text = new StringBuilder();
    text.append("Medians of seconds, with the minimum and maximum, on ").append(machine);
    text.append(".\n\n");
    text.append("![What a run costs by hosts and by steps](").append(chart).append(")\n\n");
    text.append("30 steps:\n\n").append(table(byHosts(), "hosts", Setting::hosts));
    text.append("\n3 hosts:\n\n").append(table(bySteps(), "steps", Setting::steps));
    List<Setting> slow = all.stream().filter(one -> one.login > 0).toList();
    if (!slow.isEmpty()) {
      text.append("\n30 steps, behind a login that takes ")
          .append(slow.getFirst().login)
          .append(" ms of CPU, and `MaxStartups 10:30:100`:\n\n")
          .append(table(slow, "hosts", Setting::hosts));
    }
    List<Setting> far = all.stream().filter(one -> one.away > 0).toList();
    if (!far.isEmpty()) {
      text.append("\nOne host, 30 steps, far away:\n\n")
          .append(table(far, "ms each way", Setting::away));
    }
    others.forEach((bench, figures) -> {
      String base = figures.keySet().iterator().next();
      text.append("\n| ").append(bench).append(" | seconds | of ").append(base);
      text.append(" |\n|---|---|---|\n");
      figures.forEach((what, figure) ->
          text.append("| ")
              .append(what)
              .append(" | ")
              .append(seconds(figure))
              .append(" | ")
              .append(times(figure, figures.get(base)))
              .append(" |\n"));
    });
    return text.append("\n").toString();
  }

  private static List<Setting> byHosts() {
    return speed.keySet().stream()
        .filter(one -> one.steps == 30 && one.login == 0 && one.away == 0)
        .toList();
  }

  private static List<Setting> bySteps() {
    return speed.keySet().stream()
        .filter(one -> one.hosts == 3 && one.login == 0 && one.away == 0)
        .toList();
  }

  private static String table(List<Setting> settings, String first, ToDoubleFunction<Setting> by) {
    List<String> kinds =
        settings.stream()
            .flatMap(one -> speed.get(one).keySet().stream())
            .filter(kind -> !kind.equals("cpu") && !kind.equals("memory"))
            .distinct()
            .toList();
    StringBuilder text = new StringBuilder("| ").append(first);
    kinds.forEach(kind -> {
      text.append(" | ").append(name(kind));
      if (kind.equals("rdpg-plan")) {
        text.append(" | of the floor | of its CPU | memory");
      }
    });
    text.append(" |\n|").append("---|".repeat(kinds.size() + 4)).append("\n");
    for (Setting setting : settings) {
      Map<String, Figure> figures = speed.get(setting);
      text.append("| ").append((int) by.applyAsDouble(setting));
      for (String kind : kinds) {
        Figure figure = figures.get(kind);
        text.append(" | ").append(figure == null ? "" : seconds(figure));
        if (kind.equals("rdpg-plan")) {
          text.append(" | **").append(times(figure, figures.get("floor"))).append("**");
          text.append(" | ").append(decimal(figures.get("cpu").median / 1000)).append(" s");
          text.append(" | ").append((int) figures.get("memory").max).append(" MiB");
        }
      }
      text.append(" |\n");
    }
    return text.toString();
  }

  private static String name(String kind) {
    return switch (kind) {
      case "floor" -> "floor";
      case "floor-curve25519" -> "floor by curve25519";
      case "rdpg-plan" -> "rdpg-plan";
      case "rdpg-plan-no-ask-ahead" -> "`--no-ask-ahead`";
      case "ansible" -> "Ansible";
      case "ansible-mitogen" -> "with Mitogen";
      default -> kind;
    };
  }

  private static String seconds(Figure figure) {
    return decimal(figure.median / 1000)
        + " ("
        + decimal(figure.min / 1000)
        + "–"
        + decimal(figure.max / 1000)
        + ")";
  }

  private static String times(Figure figure, Figure other) {
    return decimal(figure.median / other.median) + " ×";
  }

  private static String decimal(double value) {
    return String.format(Locale.ROOT, value < 10 ? "%.2f" : "%.1f", value);
  }

  // The chart: two panels, both axes logarithmic

  private static final int WIDTH = 380;
  private static final int HEIGHT = 300;
  private static final Map<String, String> COLOURS = new LinkedHashMap<>();

  static {
    COLOURS.put("floor", "#7f7f7f");
    COLOURS.put("floor-curve25519", "#b0a060");
    COLOURS.put("rdpg-plan", "#0072b2");
    COLOURS.put("ansible", "#d55e00");
    COLOURS.put("ansible-mitogen", "#009e73");
  }

  private static String chart() {
    return """
    <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 960 400"
        font-family="sans-serif" font-size="12">
    <title>Seconds of a run that changes nothing, by hosts and by steps</title>
    <style>
      text { fill: #24292f } .grid { stroke: #d0d7de; stroke-width: 1 }
      @media (prefers-color-scheme: dark) { text { fill: #e6edf3 } .grid { stroke: #30363d } }
    </style>
    """
        + panel(60, "hosts, at 30 steps", byHosts(), Setting::hosts)
        + panel(540, "steps, at 3 hosts", bySteps(), Setting::steps)
        + legend()
        + "</svg>\n";
  }

  private static String panel(
      int left, String label, List<Setting> settings, ToDoubleFunction<Setting> by) {
    if (settings.isEmpty()) {
      return "";
    }
    double from = settings.stream().mapToDouble(by).min().orElseThrow();
    double to = Math.max(from * 2, settings.stream().mapToDouble(by).max().orElseThrow());
    double low = 1000;
    double high = 100;
    for (Setting setting : settings) {
      for (String kind : COLOURS.keySet()) {
        Figure figure = speed.get(setting).get(kind);
        low = figure == null ? low : Math.min(low, figure.median);
        high = figure == null ? high : Math.max(high, figure.median);
      }
    }
    low = Math.pow(10, Math.floor(Math.log10(low)));
    high = Math.pow(10, Math.ceil(Math.log10(high)));
    StringBuilder svg = new StringBuilder();
    for (double tick = low; tick <= high * 1.01; tick *= 10) {
      double y = y(tick, low, high);
      svg.append(line("grid", left, y, left + WIDTH, y));
      svg.append(text(left - 6, y + 4, "end", decimalOrWhole(tick / 1000) + " s"));
    }
    for (Setting setting : settings) {
      double x = x(by.applyAsDouble(setting), from, to, left);
      svg.append(line("grid", x, 40, x, 40 + HEIGHT));
      String tick = String.valueOf((int) by.applyAsDouble(setting));
      svg.append(text(x, 40 + HEIGHT + 16, "middle", tick));
    }
    svg.append(text(left + WIDTH / 2.0, 40 + HEIGHT + 34, "middle", label));
    for (Map.Entry<String, String> kind : COLOURS.entrySet()) {
      List<String> points = new ArrayList<>();
      for (Setting setting : settings) {
        Figure figure = speed.get(setting).get(kind.getKey());
        if (figure != null) {
          double x = x(by.applyAsDouble(setting), from, to, left);
          points.add(at(x) + "," + at(y(figure.median, low, high)));
          double least = y(figure.min, low, high);
          svg.append(spread(x, least, y(figure.max, low, high), kind.getValue()));
        }
      }
      svg.append("<polyline fill=\"none\" stroke-width=\"2\" stroke=\"")
          .append(kind.getValue())
          .append("\" points=\"")
          .append(String.join(" ", points))
          .append("\"/>\n");
    }
    return svg.toString();
  }

  private static String legend() {
    StringBuilder svg = new StringBuilder();
    int x = 60;
    for (Map.Entry<String, String> kind : COLOURS.entrySet()) {
      if (speed.values().stream().anyMatch(figures -> figures.containsKey(kind.getKey()))) {
        svg.append("<rect x=\"").append(x).append("\" y=\"12\" width=\"14\" height=\"4\" fill=\"");
        svg.append(kind.getValue()).append("\"/>\n");
        svg.append(text(x + 20, 18, "start", name(kind.getKey())));
        x += 60 + 7 * name(kind.getKey()).length();
      }
    }
    return svg.toString();
  }

  private static double x(double value, double from, double to, int left) {
    return left + 20 + (WIDTH - 40) * Math.log(value / from) / Math.log(to / from);
  }

  private static double y(double value, double low, double high) {
    return 40 + HEIGHT * (1 - Math.log(value / low) / Math.log(high / low));
  }

  private static String line(String kind, double x1, double y1, double x2, double y2) {
    return "<line class=\"" + kind + "\" " + ends(x1, y1, x2, y2) + "/>\n";
  }

  private static String spread(double x, double from, double to, String colour) {
    return "<line stroke=\""
        + colour
        + "\" stroke-width=\"4\" stroke-opacity=\"0.35\" "
        + ends(x, from, x, to)
        + "/>\n";
  }

  private static String ends(double x1, double y1, double x2, double y2) {
    return String.format(
        Locale.ROOT, "x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"", x1, y1, x2, y2);
  }

  private static String text(double x, double y, String anchor, String text) {
    return String.format(
        Locale.ROOT,
        "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>\n",
        x,
        y,
        anchor,
        text);
  }

  private static String at(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }

  private static String decimalOrWhole(double value) {
    return value < 1
        ? String.format(Locale.ROOT, "%.1f", value)
        : String.valueOf(Math.round(value));
  }
}
