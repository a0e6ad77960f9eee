package fogbank.crac;

/** Hears of a snapshot and of its restore. The package org.crac finds this and the others here by their names, and hands its own through. */
public interface Resource {
  void beforeCheckpoint(Context<? extends Resource> context) throws Exception;

  void afterRestore(Context<? extends Resource> context) throws Exception;
}
