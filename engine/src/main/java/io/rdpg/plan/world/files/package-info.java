/** Files, configuration, processes, commands and ports of a node, through its shell. */
@NullMarked
package io.rdpg.plan.world.files;

import org.jspecify.annotations.NullMarked;
