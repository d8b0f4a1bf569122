package io.rdpg.plan.language.template;

import io.pebbletemplates.pebble.error.LoaderException;
import io.pebbletemplates.pebble.loader.Loader;
import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.diagnostic.SourceFile;
import java.io.Reader;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Finds template files: beside the template that names them, then in the roots. */
final class TemplateFiles implements Loader<TemplateFiles.Key> {
  private final List<Path> roots;
  private final Set<Path> read = ConcurrentHashMap.newKeySet();

  TemplateFiles(List<Path> roots) {
    this.roots = List.copyOf(roots);
  }

  /** Never equal to a string, which is how templates without a file are kept. */
  record Key(String path) {}

  @Override
  public Reader getReader(Key key) {
    try {
      Path file = Path.of(key.path());
      String text = SourceText.blockLinesOf(SourceFile.read(file, SourceFile.MOST_TEXT));
      read.add(file);
      return new StringReader(text);
    } catch (InvalidPathException e) {
      throw unreadable(key);
    } catch (Failure failure) {
      throw failure.diagnostic().code() == Code.MISSING_FILE ? unreadable(key) : failure;
    }
  }

  /** The path may hold a secret: the message is marked like all that come from the library. */
  private static LoaderException unreadable(Key key) {
    return new LoaderException(null, "template file " + key.path() + " can't be read");
  }

  /** All that were read so far, in no order. */
  Set<Path> read() {
    return Set.copyOf(read);
  }

  @Override
  public @Nullable String resolveRelativePath(String name, String anchor) {
    return SourceText.path(anchor)
        .map(path -> path.resolveSibling(name))
        .filter(Files::isRegularFile)
        .or(() -> inRoots(name))
        .map(Path::toString)
        .orElse(null);
  }

  private Optional<Path> inRoots(String name) {
    return roots.stream().map(root -> root.resolve(name)).filter(Files::isRegularFile).findFirst();
  }

  @Override
  public Key createCacheKey(String name) {
    return new Key(name);
  }

  @Override
  public boolean resourceExists(String name) {
    return SourceText.path(name).filter(Files::isRegularFile).isPresent();
  }

  @Override
  public void setCharset(String charset) {}

  @Override
  public void setPrefix(String prefix) {}

  @Override
  public void setSuffix(String suffix) {}
}
