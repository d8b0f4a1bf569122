import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.LocalDateTime;
import java.util.Collections;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * Rewrites the classes of a directory's jars that are older than Java 6 in the format of Java 8, with
 * stack maps. An AOT cache (JEP 514) takes no classes below version 50, so they would be read and
 * verified at each start; picocli's are of version 49.
 */
final class UpgradeClassFiles {
  /** The first version with stack maps: "StackMapTable", JVMS 4.7.4. */
  private static final int WITH_STACK_MAPS = 50;

  /** Of all entries, so that no two builds differ; an entry's own may depend on the time zone. */
  private static final LocalDateTime ALWAYS = LocalDateTime.of(1980, 2, 1, 0, 0);

  private UpgradeClassFiles() {}

  public static void main(String[] arguments) throws IOException {
    List<Path> jars;
    try (var files = Files.list(Path.of(arguments[0]))) {
      jars = files.filter(file -> file.toString().endsWith(".jar")).toList();
    }
    for (Path jar : jars) {
      if (hasOldClasses(jar)) {
        upgrade(jar);
      }
    }
  }

  private static boolean hasOldClasses(Path jar) throws IOException {
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      for (ZipEntry entry : Collections.list(zip.entries())) {
        if (isOldClass(entry, zip.getInputStream(entry).readNBytes(8))) {
          return true;
        }
      }
      return false;
    }
  }

  private static boolean isOldClass(ZipEntry entry, byte[] content) {
    return entry.getName().endsWith(".class")
        && ByteBuffer.wrap(content).getShort(6) < WITH_STACK_MAPS;
  }

  private static void upgrade(Path jar) throws IOException {
    Path upgraded = Files.createTempFile(jar.getParent(), "upgraded", ".tmp");
    try (ZipFile zip = new ZipFile(jar.toFile());
        ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(upgraded))) {
      ClassFile classes = classesOf(zip);
      for (ZipEntry entry : Collections.list(zip.entries())) {
        byte[] content = zip.getInputStream(entry).readAllBytes();
        ZipEntry same = new ZipEntry(entry.getName());
        same.setTimeLocal(ALWAYS);
        out.putNextEntry(same);
        out.write(isOldClass(entry, content) ? upgraded(classes, content) : content);
        out.closeEntry();
      }
    }
    Files.move(upgraded, jar, StandardCopyOption.REPLACE_EXISTING);
  }

  private static byte[] upgraded(ClassFile classes, byte[] content) {
    return classes.transformClass(
        classes.parse(content),
        ClassTransform.endHandler(made -> made.withVersion(ClassFile.JAVA_8_VERSION, 0))
            .andThen(ClassTransform.transformingMethodBodies(CodeTransform.ACCEPT_ALL)));
  }

  /** Stack maps name common superclasses, of the jar's own classes too. */
  private static ClassFile classesOf(ZipFile zip) {
    ClassHierarchyResolver own =
        ClassHierarchyResolver.ofResourceParsing(described -> {
          String descriptor = described.descriptorString();
          String file = descriptor.substring(1, descriptor.length() - 1) + ".class";
          ZipEntry entry = zip.getEntry(file);
          try {
            return entry == null ? null : zip.getInputStream(entry);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
    return ClassFile.of(
        ClassFile.StackMapsOption.GENERATE_STACK_MAPS,
        ClassFile.ClassHierarchyResolverOption.of(
            own.orElse(ClassHierarchyResolver.defaultResolver())));
  }
}
