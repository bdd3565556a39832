import { InvalidInputError } from './errors';
import type { Expiry } from './expiry';
import { shown } from './shown';
import type { Sponsor } from './sponsor';
import type { AgentStage } from './stage';

/**
 * What a value must be. TypeScript checks this, JavaScript doesn't. The check is by shape, because `instanceof` fails if two copies of the package
 * are installed.
 */
export interface Kind<T> {
  readonly isOne: (value: Partial<T>) => boolean;
  /** What to pass instead. */
  readonly use: string;
}

export const KINDS = {
  sponsor: { isOne: ({ id, accountableEmail, backupEmail }: Partial<Sponsor>) => allTexts(id, accountableEmail, backupEmail), use: 'Sponsor.person({ ... }) or Sponsor.team({ ... })' },
  stage: { isOne: ({ name, profile }: Partial<AgentStage>) => allTexts(name) && typeof profile === 'object', use: 'AgentStage.TEST, STAGING, PRODUCTION or AgentStage.of(...)' },
  expiry: { isOne: ({ iso, epochSeconds }: Partial<Expiry>) => allTexts(iso) && typeof epochSeconds === 'number', use: "Expiry.on('2027-03-31') or Expiry.at('2027-03-31T12:00:00Z')" },
};

export function allTexts(...values: unknown[]): boolean {
  return values.every((value) => typeof value === 'string');
}

/**
 * Checks and returns a value of the right kind.
 *
 * @throws InvalidInputError `WrongType`
 */
export function requireKind<T extends object>(what: string, value: T, { isOne, use }: Kind<T>): T {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null || !isOne(value)) {
    throw new InvalidInputError('WrongType', `${what} is ${shown(value)}: use ${use}`);
  }
  return value;
}

/**
 * Checks and returns a list. A missing list becomes an empty one.
 *
 * @throws InvalidInputError `WrongType`
 */
export function requireList<T>(what: string, value: readonly T[] | null | undefined): readonly T[] {
  const list = value ?? [];
  if (!Array.isArray(list)) {
    throw new InvalidInputError('WrongType', `${what} is ${shown(value)}: use a list, such as [...]`);
  }
  return list as readonly T[];
}

/**
 * Checks and returns a boolean.
 *
 * @throws InvalidInputError `WrongType`
 */
export function requireFlag(what: string, value: boolean | null | undefined, otherwise: boolean): boolean {
  const flag = value ?? otherwise;
  if (typeof flag !== 'boolean') {
    throw new InvalidInputError('WrongType', `${what} is ${shown(value)}: use true or false`);
  }
  return flag;
}
