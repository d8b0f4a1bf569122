/** Files, configuration, processes, commands and ports of a node, through its shell. */
@NullMarked
package io.rdpg.plan.target.files;

import org.jspecify.annotations.NullMarked;
