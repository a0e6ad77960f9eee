package fogbank.crac;

public final class Core {
  private static final Context<Resource> all = new Context<>();

  private Core() {}

  public static Context<Resource> getGlobalContext() {
    return all;
  }

  /** A function does not choose when: that is when its version is published. */
  public static void checkpointRestore() throws CheckpointException, RestoreException {
    throw new UnsupportedOperationException("A snapshot is taken when a version of the function is published");
  }
}
