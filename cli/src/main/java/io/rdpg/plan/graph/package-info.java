/** Plans as pictures: one model of the picture, one writer a format. */
@NullMarked
package io.rdpg.plan.graph;

import org.jspecify.annotations.NullMarked;
