/** A command that the server refused, or that nobody answered. */
export class CommandError extends Error {
  override name = "CommandError";
  readonly code: string;
  readonly retry: boolean;

  constructor(code: string, message: string, retry: boolean) {
    super(message);
    this.code = code;
    this.retry = retry;
  }
}
