import { IConstruct } from 'constructs';
import { InvalidInputError } from '../core/errors';

/** Puts the construct's path before an error of the domain, which knows no constructs. */
export function named<T>(scope: IConstruct, check: () => T): T {
  try {
    return check();
  } catch (error) {
    throw error instanceof InvalidInputError ? new InvalidInputError(error.code, `${scope.node.path}: ${error.message}`) : error;
  }
}
