package io.rdpg.plan.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.cyclonedx.Version;
import org.cyclonedx.exception.ParseException;
import org.cyclonedx.parsers.JsonParser;

/** A package's bill of materials (CycloneDX), beside the package. */
final class BillOfMaterials {
  private final Path file;
  private final JsonNode bill;

  private BillOfMaterials(Path file) throws IOException {
    this.file = file;
    this.bill = new ObjectMapper().readTree(file.toFile());
  }

  /** Reads it, after it has compared both files' hashes of the package with the package. */
  static BillOfMaterials of(Path packed) throws IOException, NoSuchAlgorithmException {
    String sha256 =
        HexFormat.of()
            .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(packed)));
    assertThat(Files.readString(Path.of(packed + ".sha256")))
        .isEqualTo(sha256 + "  " + packed.getFileName() + "\n");
    BillOfMaterials bill = new BillOfMaterials(Path.of(packed + ".cdx.json"));
    assertThat(bill.bill.at("/metadata/component/hashes/0/content").asText()).isEqualTo(sha256);
    return bill;
  }

  /** What CycloneDX's schema doesn't allow. */
  List<ParseException> violations() throws IOException {
    assertThat(bill.get("specVersion").asText()).isEqualTo("1.6");
    return new JsonParser().validate(file.toFile(), Version.VERSION_16);
  }

  /** The files of all components that come from Maven, such as {@code picocli-4.7.7.jar}. */
  Set<String> libraries() {
    Set<String> names = new TreeSet<>();
    for (JsonNode component : components("pkg:maven/")) {
      names.add(component.get("name").asText() + "-" + component.get("version").asText() + ".jar");
    }
    return names;
  }

  Set<String> withoutLicence() {
    Set<String> names = new TreeSet<>();
    for (JsonNode component : components("pkg:maven/")) {
      if (component.path("licenses").isEmpty()) {
        names.add(component.get("name").asText());
      }
    }
    return names;
  }

  Set<String> debianPackages() {
    Set<String> names = new TreeSet<>();
    components("pkg:deb/").forEach(component -> names.add(component.get("name").asText()));
    return names;
  }

  boolean lists(String name) {
    return bill.get("components")
        .valueStream()
        .anyMatch(each -> each.get("name").asText().equals(name));
  }

  private List<JsonNode> components(String packageUrl) {
    List<JsonNode> found = new ArrayList<>();
    for (JsonNode component : bill.get("components")) {
      if (component.path("purl").asText().startsWith(packageUrl)) {
        found.add(component);
      }
    }
    return found;
  }
}
