package io.rdpg.plan.graph;

import io.rdpg.plan.language.model.Signature;

/** The category of a step, shown by its icon, shape and colour. */
enum StepCategory {
  SQL("SQL statement", Shape.TILE, "#2563eb"),
  KEY("Consul key", Shape.TILE, "#9333ea"),
  SERVICE("Consul service", Shape.TILE, "#0d9488"),
  FILE("file", Shape.TILE, "#15803d"),
  RELOAD("reload", Shape.TILE, "#c2410c"),
  WATCH("watch", Shape.TILE, "#4f46e5"),
  COMMAND("command", Shape.TILE, "#334155"),
  OTHER("other", Shape.TILE, "#78716c"),
  WAIT("wait", Shape.ROUND, "#db2777"),
  LOOKUP("lookup", Shape.HOLLOW, "#64748b"),
  ASSERT("assert", Shape.DIAMOND, "#475569"),
  RELEASE("lock released", Shape.ROUND, StepCategory.GOLD);

  /** The colour of locks. */
  static final String GOLD = "#b45309";

  /** What is behind a step's sign. */
  enum Shape {
    /** Changes something. */
    TILE,
    ROUND,
    /** Only reads. */
    HOLLOW,
    DIAMOND
  }

  private final String word;
  private final Shape shape;
  private final String colour;

  StepCategory(String word, Shape shape, String colour) {
    this.word = word;
    this.shape = shape;
    this.colour = colour;
  }

  static StepCategory of(Signature.Category category) {
    return switch (category) {
      case SQL -> SQL;
      case KEY -> KEY;
      case SERVICE -> SERVICE;
      case FILE -> FILE;
      case RELOAD -> RELOAD;
      case WATCH -> WATCH;
      case COMMAND -> COMMAND;
      case WAIT -> WAIT;
      case LOOKUP -> LOOKUP;
      case ASSERT -> ASSERT;
      case OTHER -> OTHER;
    };
  }

  /** For the legend. */
  String word() {
    return word;
  }

  Shape shape() {
    return shape;
  }

  /** As CSS writes it. */
  String colour() {
    return colour;
  }
}
