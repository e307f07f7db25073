/** Logging as the parts of TaskFlow use it: data first, then a sentence, so that a pino logger fits as it is. */
export interface Logger {
  debug(data: object, message: string): void;
  info(data: object, message: string): void;
  warn(data: object, message: string): void;
  error(data: object, message: string): void;
}
