package io.rdpg.plan.graph;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** Holds of every picture, of whatever plan. */
class SvgPageTest {
  record Case(String name, PlanGraph picture) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Case> pictures() {
    Stream<Case> ours =
        ShippedPlanGraphs.files().stream()
            .map(file -> new Case(file.toString(), ShippedPlanGraphs.picture(file)));
    Stream<Case> others =
        LongStream.range(0, 60)
            .mapToObj(seed -> new Case("sketch " + seed, RandomGraphs.picture(seed)));
    return Stream.concat(ours, others)
        .flatMap(one -> Stream.of(one, new Case(one.name() + ", folded", one.picture().folded())));
  }

  @ParameterizedTest
  @MethodSource("pictures")
  void is_well_formed_and_needs_nothing_else(Case one) throws Exception {
    Document svg = parsed(new SvgPage(one.picture(), Palette.LIGHT).write());
    assertThat(svg.getDocumentElement().getNodeName()).isEqualTo("svg");
    NodeList all = svg.getElementsByTagName("*");
    for (int i = 0; i < all.getLength(); i++) {
      Element element = (Element) all.item(i);
      assertThat(element.getNodeName())
          .isIn("svg", "title", "desc", "rect", "text", "path", "circle", "g");
      for (int j = 0; j < element.getAttributes().getLength(); j++) {
        assertThat(element.getAttributes().item(j).getNodeName())
            .doesNotStartWith("on")
            .isNotIn("href", "style", "xlink:href");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("pictures")
  void no_text_reaches_out_of_its_plate(Case one) {
    for (PlacedElement placed : everything(new SvgPage(one.picture(), Palette.LIGHT).placed())) {
      switch (placed) {
        case PlacedElement.Card card -> fits(card.plate(), card.text());
        case PlacedElement.Box box -> fits(box.area(), box.text());
        case PlacedElement.Fork fork ->
            fork.branches()
                .forEach(
                    branch -> branch.condition().forEach(line -> assertLine(branch.pill(), line)));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("pictures")
  void nothing_covers_another_thing(Case one) {
    SvgPage page = new SvgPage(one.picture(), Palette.LIGHT);
    apart(page.placed());
    for (PlacedElement placed : everything(page.placed())) {
      assertThat(placed.area().x()).isNotNegative();
      assertThat(placed.area().right()).isLessThanOrEqualTo(page.width());
      switch (placed) {
        case PlacedElement.Card card -> assertThat(card.area().holds(card.plate())).isTrue();
        case PlacedElement.Box box -> {
          apart(box.inside());
          assertThat(box.inside()).allMatch(inner -> box.area().holds(inner.area()));
        }
        case PlacedElement.Fork fork -> {
          List<PlacedElement> across = new ArrayList<>();
          fork.branches()
              .forEach(branch -> {
                apart(branch.parts());
                across.addAll(branch.parts());
                assertThat(branch.parts()).noneMatch(part -> part.area().meets(branch.pill()));
              });
          apart(across);
          assertThat(across).allMatch(part -> fork.area().holds(part.area()));
        }
      }
    }
  }

  /** A line may cross others, and edges of boxes on its way into them, but no step. */
  @ParameterizedTest
  @MethodSource("ours")
  void no_line_of_a_wait_crosses_a_step(Path file) {
    for (PlanGraph picture :
        List.of(ShippedPlanGraphs.picture(file), ShippedPlanGraphs.picture(file).folded())) {
      RoutingLanes meetings = new RoutingLanes(picture);
      List<PlacedElement> placed = new GraphLayout(picture, meetings).place(0, 0);
      for (EdgeRouter.Wire wire : new EdgeRouter(meetings, placed).all()) {
        for (int i = 1; i < wire.points().size(); i++) {
          Rectangle piece = between(wire.points().get(i - 1), wire.points().get(i));
          for (PlacedElement part : everything(placed)) {
            if (part instanceof PlacedElement.Card card) {
              assertThat(card.plate().meets(piece)).as("%s over %s", wire, card).isFalse();
            }
          }
        }
      }
    }
  }

  static List<Path> ours() {
    return ShippedPlanGraphs.files();
  }

  private static Rectangle between(EdgeRouter.Point one, EdgeRouter.Point other) {
    int x = Math.min(one.x(), other.x());
    int y = Math.min(one.y(), other.y());
    return new Rectangle(x, y, Math.abs(one.x() - other.x()), Math.abs(one.y() - other.y()));
  }

  @Test
  void names_the_lock_and_where_it_is_let_go() throws Exception {
    String svg = new SvgPage(ShippedPlanGraphs.bootstrap().folded(), Palette.LIGHT).write();
    assertThat(svg)
        .contains(">rdpg/{{ cluster.id }}/bootstrap/lock</text>")
        .contains(">releases rdpg/{{ cluster.id }}/bootstrap/lock</text>")
        .contains("≤ 15m")
        .contains(">lock released: free from here on</text>");
    assertThat(parsed(svg).getElementsByTagName("desc").item(0).getTextContent())
        .contains("claim the lead");
  }

  @Test
  void tells_what_nobody_in_the_plan_satisfies() {
    assertThat(new SvgPage(ShippedPlanGraphs.bootstrap(), Palette.LIGHT).write())
        .contains(">from outside</text>");
  }

  private static Document parsed(String svg) throws Exception {
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
    return factory.newDocumentBuilder().parse(new ByteArrayInputStream(svg.getBytes(UTF_8)));
  }

  static List<PlacedElement> everything(List<PlacedElement> placed) {
    List<PlacedElement> all = new ArrayList<>();
    for (PlacedElement part : placed) {
      all.add(part);
      switch (part) {
        case PlacedElement.Card _ -> {}
        case PlacedElement.Box box -> all.addAll(everything(box.inside()));
        case PlacedElement.Fork fork ->
            fork.branches().forEach(branch -> all.addAll(everything(branch.parts())));
      }
    }
    return all;
  }

  private static void fits(Rectangle plate, TextBlock text) {
    text.lines().forEach(line -> assertLine(plate, line));
    List<Rectangle> areas = new ArrayList<>();
    text.lines()
        .forEach(line ->
            areas.add(
                new Rectangle(
                    line.area().x(),
                    line.area().y(),
                    line.lettering().width(line.text()),
                    line.area().height())));
    for (TextBlock.Tag tag : text.tags()) {
      assertThat(plate.holds(tag.area())).as("%s in %s", tag, plate).isTrue();
      assertThat(TextKind.TAG.width(tag.text())).isLessThanOrEqualTo(tag.area().width());
      areas.add(tag.area());
    }
    for (int i = 0; i < areas.size(); i++) {
      for (int j = i + 1; j < areas.size(); j++) {
        assertThat(areas.get(i).meets(areas.get(j))).as("%s", text).isFalse();
      }
    }
  }

  private static void assertLine(Rectangle plate, TextBlock.Line line) {
    assertThat(plate.holds(line.area())).as("%s in %s", line, plate).isTrue();
    assertThat(line.lettering().width(line.text()))
        .as("%s", line)
        .isLessThanOrEqualTo(line.area().width());
  }

  private static void apart(List<PlacedElement> parts) {
    for (int i = 0; i < parts.size(); i++) {
      for (int j = i + 1; j < parts.size(); j++) {
        assertThat(parts.get(i).area().meets(parts.get(j).area()))
            .as("%s and %s", parts.get(i), parts.get(j))
            .isFalse();
      }
    }
  }
}
