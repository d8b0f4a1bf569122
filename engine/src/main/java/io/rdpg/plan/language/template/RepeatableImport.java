package io.rdpg.plan.language.template;

import io.pebbletemplates.pebble.extension.NodeVisitor;
import io.pebbletemplates.pebble.node.RenderableNode;
import io.pebbletemplates.pebble.template.EvaluationContextImpl;
import io.pebbletemplates.pebble.template.PebbleTemplateImpl;
import java.io.IOException;
import java.io.Writer;
import java.util.Collections;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The library's {@code from}, for templates that are rendered more than once. It hands macros to
 * the template itself, which keeps them and takes none of the same name again.
 */
final class RepeatableImport implements RenderableNode {
  private final RenderableNode node;
  private final ReentrantLock lock = new ReentrantLock();
  private final Set<PebbleTemplateImpl> done = Collections.newSetFromMap(new WeakHashMap<>());

  RepeatableImport(RenderableNode node) {
    this.node = node;
  }

  @Override
  public void render(PebbleTemplateImpl self, Writer writer, EvaluationContextImpl context)
      throws IOException {
    lock.lock();
    try {
      if (!done.contains(self)) {
        node.render(self, writer, context);
        done.add(self);
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void accept(NodeVisitor visitor) {
    node.accept(visitor);
  }
}
