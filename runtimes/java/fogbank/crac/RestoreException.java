package fogbank.crac;

public class RestoreException extends Exception {
  private static final long serialVersionUID = 1L;

  public RestoreException() {}

  public RestoreException(Throwable cause) {
    super(cause);
  }
}
