/** Renders strings and files: the only user of the template library. */
@NullMarked
package io.rdpg.plan.language.template;

import org.jspecify.annotations.NullMarked;
