package io.rdpg.plan.language.template;

import io.pebbletemplates.pebble.error.LoaderException;
import io.pebbletemplates.pebble.loader.Loader;
import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.diagnostic.SourceFile;
import io.rdpg.plan.language.lookup.FileLayers;
import java.io.Reader;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Finds template files: beside the template that names them, then in the layers. */
final class TemplateFiles implements Loader<TemplateFiles.Key> {
  private final FileLayers layers;
  private final Set<Path> read = ConcurrentHashMap.newKeySet();

  TemplateFiles(FileLayers layers) {
    this.layers = layers;
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
    return layers
        .find(name, SourceText.path(anchor).stream().toList(), "templates")
        .map(Path::toString)
        .orElse(null);
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
