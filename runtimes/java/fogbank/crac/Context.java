package fogbank.crac;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;

/** Who is told: in the order of registration after a restore, in the other before a snapshot. Who is not needed otherwise is not kept. */
public class Context<R extends Resource> implements Resource {
  private final Map<R, Long> registered = new WeakHashMap<>();
  private long count;

  public synchronized void register(R resource) {
    registered.put(resource, count++);
  }

  @Override public void beforeCheckpoint(Context<? extends Resource> context) throws CheckpointException {
    List<R> all = inOrder();
    Collections.reverse(all);
    CheckpointException failed = null;
    for (R one : all) {
      try {
        one.beforeCheckpoint(this);
      } catch (Exception error) {
        if (failed == null) failed = new CheckpointException(error);
        else failed.addSuppressed(error);
      }
    }
    if (failed != null) throw failed;
  }

  @Override public void afterRestore(Context<? extends Resource> context) throws RestoreException {
    RestoreException failed = null;
    for (R one : inOrder()) {
      try {
        one.afterRestore(this);
      } catch (Exception error) {
        if (failed == null) failed = new RestoreException(error);
        else failed.addSuppressed(error);
      }
    }
    if (failed != null) throw failed;
  }

  private synchronized List<R> inOrder() {
    List<Map.Entry<R, Long>> entries = new ArrayList<>(registered.entrySet());
    entries.sort(Map.Entry.comparingByValue());
    List<R> all = new ArrayList<>();
    for (Map.Entry<R, Long> entry : entries) all.add(entry.getKey());
    return all;
  }
}
