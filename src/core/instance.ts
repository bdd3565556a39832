import { InvalidInputError } from './errors';
import { shown } from './shown';

/** A class. Its constructor may be private. */
interface ClassOf<T> {
  readonly name: string;
  readonly prototype: T;
}

/** A value class whose check is thrown when the value is used. */
interface Checked {
  _check?(): void;
}

/** Throws the error of a value whose check failed. */
export function requireValid(value: unknown): void {
  (value as Checked)._check?.();
}

/**
 * Checks that a value is a valid instance of one of our classes. Callers in JavaScript and other languages can pass anything.
 *
 * @param make how to create an instance, such as `AgentStage.TEST`
 * @throws InvalidInputError `WrongClass`, and the errors of the value itself
 */
export function requireInstance<T extends object>(what: string, value: unknown, { name, prototype }: ClassOf<T>, make: string): T {
  if (!Object.prototype.isPrototypeOf.call(prototype, value as object)) {
    const given = classNameOf(value);
    const copies = given === name ? ', and one of another copy of this package is not: keep one in node_modules' : '';
    throw new InvalidInputError('WrongClass', `${what} must be made with ${make}, received ${given === undefined ? shown(value) : `an instance of ${given}`}${copies}`);
  }
  requireValid(value);
  return value as T;
}

/**
 * Checks each value of a list.
 *
 * @throws InvalidInputError `WrongClass`
 */
export function requireInstances<T extends object>(what: string, values: unknown, type: ClassOf<T>, make: string): T[] {
  if (!Array.isArray(values)) {
    throw new InvalidInputError('WrongClass', `${what} must be a list, received ${shown(values)}: put what is made with ${make} in a list`);
  }
  return values.map((value, index) => requireInstance(`${what}[${index}]`, value, type, make));
}

function classNameOf(value: unknown): string | undefined {
  const name: unknown = typeof value === 'object' && value !== null ? value.constructor?.name : undefined;
  return typeof name !== 'string' || ['Object', 'Array'].includes(name) ? undefined : name;
}
