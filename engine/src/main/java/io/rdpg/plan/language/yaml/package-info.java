/** YAML with positions read into the model, all faults at once; contacts nothing. */
@NullMarked
package io.rdpg.plan.language.yaml;

import org.jspecify.annotations.NullMarked;
