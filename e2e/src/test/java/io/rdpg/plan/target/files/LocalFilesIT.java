package io.rdpg.plan.target.files;

import io.rdpg.plan.language.model.NodeAccess;
import io.rdpg.plan.target.local.LocalTransport;
import io.rdpg.plan.target.shell.Transport;
import org.junit.jupiter.api.Tag;

@Tag("tool")
class LocalFilesIT extends FilesContract {
  @Override
  protected Transport open() {
    return new LocalTransport("here", NodeAccess.Become.USUAL);
  }
}
