/** Why something did not work, as the user reads it; `code` picks the remedy that is offered. */
export interface Failure {
  code: string;
  message: string;
}

/** *error* as a failure. */
export function failure(error: unknown): Failure {
  if (!(error instanceof Error)) {
    return { code: 'Unknown', message: String(error) };
  }
  const code = 'code' in error ? String(error.code) : error.name;
  return { code, message: error.message };
}
