/** Says that the surroundings failed and not the code under test. */
export class InfrastructureError extends Error {
  override name = "InfrastructureError";
  readonly service: string;
  constructor(service: string, message: string, options?: ErrorOptions) {
    super(`${service}: ${message}`, options);
    this.service = service;
  }
}

/** The exit code by which a test says: not my fault. */
const notMyFaultExit = 75;

/** Ends the test process at once with the claim that its surroundings are to blame. The grid checks the claim. */
export function notMyFault(error: InfrastructureError): never {
  process.stderr.write(`${error.name}: ${error.message}\n`);
  process.exit(notMyFaultExit);
}
