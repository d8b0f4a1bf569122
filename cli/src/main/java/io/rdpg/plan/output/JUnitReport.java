package io.rdpg.plan.output;

import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.run.event.Event;
import io.rdpg.plan.run.event.Status;
import io.rdpg.plan.system.Mutex;
import java.io.StringWriter;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/**
 * A run as JUnit XML, as CI systems read it: a test suite {@code PLAN.NODE} for each node with a
 * test case for each of its steps, a failure with its diagnostic. Errors outside of every step are
 * in a suite of their own. Safe for use by many threads.
 */
public final class JUnitReport implements RunReport {
  private static final String OUTSIDE = "rdpg-plan";
  private static final DiagnosticText TEXT = new DiagnosticText(Style.PLAIN);

  private final Mutex lock = new Mutex();
  private final Map<String, List<Event.StepFinished>> steps = new LinkedHashMap<>();
  private final List<Diagnostic> outside = new ArrayList<>();
  private final Instant begun;
  private String plan = OUTSIDE;

  public JUnitReport(Clock clock) {
    this.begun = clock.instant().truncatedTo(ChronoUnit.SECONDS);
  }

  @Override
  public void on(Event event) {
    try (var _ = lock.hold()) {
      switch (event) {
        case Event.RunStarted run -> {
          plan = PlanName.of(run.plan());
          run.nodes().forEach(node -> steps.putIfAbsent(node, new ArrayList<>()));
        }
        case Event.StepFinished step ->
            steps.computeIfAbsent(step.at().node(), _ -> new ArrayList<>()).add(step);
        case Event.DiagnosticReported reported -> outside.add(reported.diagnostic());
        case Event.StepStarted _,
            Event.Waiting _,
            Event.ReadingState _,
            Event.LoginsWaiting _,
            Event.NodeAsked _,
            Event.ServerSaid _,
            Event.LockAcquired _,
            Event.LockReleased _,
            Event.LockLeft _,
            Event.LockLost _,
            Event.RunFinished _ -> {
          // Nothing that a test case tells.
        }
      }
    }
  }

  @Override
  public String content() {
    StringWriter text = new StringWriter();
    try (var _ = lock.hold()) {
      XMLStreamWriter xml = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(text);
      xml.writeStartDocument("UTF-8", "1.0");
      start(xml, 0, "testsuites");
      attribute(xml, "name", OUTSIDE);
      for (Map.Entry<String, List<Event.StepFinished>> node : steps.entrySet()) {
        suite(xml, node.getKey(), node.getValue());
      }
      if (!outside.isEmpty()) {
        outside(xml);
      }
      end(xml, 0);
      xml.writeEndDocument();
      xml.flush();
    } catch (XMLStreamException e) {
      throw new IllegalStateException("writing to memory", e);
    }
    return text + "\n";
  }

  private void suite(XMLStreamWriter xml, String node, List<Event.StepFinished> steps)
      throws XMLStreamException {
    Duration took =
        steps.stream().map(Event.StepFinished::took).reduce(Duration.ZERO, Duration::plus);
    String name = plan + "." + node;
    startSuite(
        xml,
        name,
        node,
        steps.size(),
        steps.stream().filter(step -> step.status() == Status.FAILED).count(),
        0,
        steps.stream().filter(step -> step.status() == Status.SKIPPED).count(),
        took);
    for (Event.StepFinished step : steps) {
      testCase(xml, name, step);
    }
    end(xml, 1);
  }

  private void startSuite(
      XMLStreamWriter xml,
      String name,
      String host,
      long tests,
      long failures,
      long errors,
      long skipped,
      Duration took)
      throws XMLStreamException {
    start(xml, 1, "testsuite");
    attribute(xml, "name", name);
    attribute(xml, "tests", String.valueOf(tests));
    attribute(xml, "failures", String.valueOf(failures));
    attribute(xml, "errors", String.valueOf(errors));
    attribute(xml, "skipped", String.valueOf(skipped));
    attribute(xml, "time", seconds(took));
    attribute(xml, "timestamp", DateTimeFormatter.ISO_INSTANT.format(begun));
    attribute(xml, "hostname", host);
  }

  private static void testCase(XMLStreamWriter xml, String suite, Event.StepFinished step)
      throws XMLStreamException {
    start(xml, 2, "testcase");
    attribute(xml, "name", step.at().id());
    attribute(xml, "classname", suite);
    attribute(xml, "time", seconds(step.took()));
    attribute(xml, "file", step.at().plan());
    attribute(xml, "line", String.valueOf(step.at().line()));
    switch (step.status()) {
      case FAILED -> failure(xml, step);
      case SKIPPED -> {
        startEmpty(xml, "skipped");
        attribute(xml, "message", step.why());
      }
      case CHANGED, WOULD_CHANGE, TENTATIVE, OK -> output(xml, step);
    }
    end(xml, 2);
  }

  private static void failure(XMLStreamWriter xml, Event.StepFinished step)
      throws XMLStreamException {
    Diagnostic error = step.error();
    start(xml, 3, "failure");
    attribute(xml, "message", error == null ? step.why() : error.message());
    attribute(xml, "type", error == null ? "failed" : error.code().word());
    characters(xml, error == null ? step.why() : String.join("\n", TEXT.lines(error)));
    xml.writeEndElement();
  }

  /** What was done or would be, for those who open the test case. */
  private static void output(XMLStreamWriter xml, Event.StepFinished step)
      throws XMLStreamException {
    start(xml, 3, "system-out");
    StringBuilder text = new StringBuilder(step.status().word()).append(": ").append(step.why());
    step.effects().forEach(effect -> text.append('\n').append(effect.summary()));
    characters(xml, text.toString());
    xml.writeEndElement();
  }

  private void outside(XMLStreamWriter xml) throws XMLStreamException {
    startSuite(xml, OUTSIDE, "", outside.size(), 0, outside.size(), 0, Duration.ZERO);
    int number = 0;
    for (Diagnostic diagnostic : outside) {
      number++;
      start(xml, 2, "testcase");
      attribute(xml, "name", diagnostic.code().word() + " " + number);
      attribute(xml, "classname", OUTSIDE);
      attribute(xml, "time", seconds(Duration.ZERO));
      start(xml, 3, "error");
      attribute(xml, "message", diagnostic.message());
      attribute(xml, "type", diagnostic.code().word());
      characters(xml, String.join("\n", TEXT.lines(diagnostic)));
      xml.writeEndElement();
      end(xml, 2);
    }
    end(xml, 1);
  }

  private static String seconds(Duration duration) {
    return String.format(Locale.ROOT, "%.3f", duration.toMillis() / 1000.0);
  }

  private static void start(XMLStreamWriter xml, int depth, String element)
      throws XMLStreamException {
    xml.writeCharacters("\n" + "  ".repeat(depth));
    xml.writeStartElement(element);
  }

  private static void startEmpty(XMLStreamWriter xml, String element) throws XMLStreamException {
    xml.writeCharacters("\n      ");
    xml.writeEmptyElement(element);
  }

  private static void end(XMLStreamWriter xml, int depth) throws XMLStreamException {
    xml.writeCharacters("\n" + "  ".repeat(depth));
    xml.writeEndElement();
  }

  private static void attribute(XMLStreamWriter xml, String name, String value)
      throws XMLStreamException {
    xml.writeAttribute(name, allowed(value));
  }

  private static void characters(XMLStreamWriter xml, String text) throws XMLStreamException {
    xml.writeCharacters(allowed(text));
  }

  /** Without what XML 1.0 has no way to write (section 2.2, production Char). */
  private static String allowed(String text) {
    int[] characters = text.codePoints().map(c -> isCharacter(c) ? c : 0xFFFD).toArray();
    return new String(characters, 0, characters.length);
  }

  private static boolean isCharacter(int c) {
    return c == '\t'
        || c == '\n'
        || c == '\r'
        || (c >= 0x20 && c <= 0xD7FF)
        || (c >= 0xE000 && c <= 0xFFFD)
        || c >= 0x10000;
  }
}
