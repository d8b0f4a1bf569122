package io.rdpg.plan.graph;

/** The signs of steps: strokes in a square of 16 by 16, as SVG writes paths. */
final class Icons {
  static final String LOCK = "M3.5 7.5h9v6h-9zM5.5 7.5V5a2.5 2.5 0 0 1 5 0v2.5";
  static final String INCLUDE = "M2.5 12.5v-9h4l1.5 2h5.5v7z";
  static final String BLOCK = "M4 4.5h8M4 8h8M4 11.5h8";

  private Icons() {}

  static String of(StepCategory kind) {
    return switch (kind) {
      case SQL ->
          "M3 4c0-1.3 2.2-2 5-2s5 .7 5 2-2.2 2-5 2-5-.7-5-2zM3 4v8c0 1.3 2.2 2 5 2s5-.7 5-2V4"
              + "M3 8c0 1.3 2.2 2 5 2s5-.7 5-2";
      case KEY ->
          "M10.5 2.5a3 3 0 1 1 0 6 3 3 0 0 1 0-6zM8.4 7.6L2.5 13.5M4.5 11.5l2 2M6.7 9.3l1.6 1.6";
      case SERVICE ->
          "M8 1.8l5.4 3.1v6.2L8 14.2l-5.4-3.1V4.9zM8 6.2a1.8 1.8 0 1 1 0 3.6 1.8 1.8 0 0 1 0-3.6z";
      case FILE -> "M4 2h5.5l3 3v9H4zM9.5 2v3h3M6 8.5h4.5M6 11h4.5";
      case RELOAD -> "M13 8a5 5 0 1 1-1.6-3.7M13.2 1.8v3.4H9.8";
      case WATCH ->
          "M1.5 8S4 3.5 8 3.5 14.5 8 14.5 8 12 12.5 8 12.5 1.5 8 1.5 8z"
              + "M8 6.2a1.8 1.8 0 1 1 0 3.6 1.8 1.8 0 0 1 0-3.6z";
      case COMMAND -> "M3 4.5L6.5 8 3 11.5M8 12h5";
      case OTHER -> "M8 3.5v9M3.5 8h9";
      case WAIT -> "M4 2.5h8M4 13.5h8M5 2.5v2L8 8l3-3.5v-2M5 13.5v-2L8 8l3 3.5v2";
      case LOOKUP -> "M7 2.5a4.3 4.3 0 1 1 0 8.6 4.3 4.3 0 0 1 0-8.6zM10.2 10.1L14 14";
      case ASSERT -> "M4 8.3l2.8 2.8L12 5.3";
      case RELEASE -> "M3.5 7.5h9v6h-9zM5.5 7.5V4.3a2.5 2.5 0 0 1 4.9-.8";
    };
  }

  static String of(GraphElement.Frame frame) {
    return switch (frame) {
      case LOCK -> LOCK;
      case INCLUDE -> INCLUDE;
      case BLOCK -> BLOCK;
    };
  }
}
