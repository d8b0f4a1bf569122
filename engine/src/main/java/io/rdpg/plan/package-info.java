/** rdpg-plan: applies declarative plans to PostgreSQL clusters whose members agree in Consul. */
@NullMarked
package io.rdpg.plan;

import org.jspecify.annotations.NullMarked;
