/** Writes XML and HTML, with every text escaped. */
@NullMarked
package io.rdpg.plan.markup;

import org.jspecify.annotations.NullMarked;
