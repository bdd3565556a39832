import { isMissing } from './check';
import { Connection } from '../connection';

const API = '2015-03-31';
/** A function may need so long for a directory that is slow. */
const LONGEST_CALL_MS = 35_000;

/** The environment of one of the registry's functions. Undefined if the registry has no such function. */
export async function environmentOf({ plain }: Connection, name: string): Promise<Readonly<Record<string, string>> | undefined> {
  try {
    const found = await plain.rest('lambda', [API, 'functions', name, 'configuration']) as { Environment?: { Variables?: Record<string, string> } };
    return found.Environment?.Variables ?? {};
  } catch (failure) {
    if (isMissing(failure)) {
      return undefined;
    }
    throw failure;
  }
}

/** Invokes one of the registry's functions, and returns what it responds: of a function that failed, the error. */
export function invoked({ plain }: Connection, name: string, input: Record<string, unknown>): Promise<unknown> {
  return plain.rest('lambda', [API, 'functions', name, 'invocations'], input, { timeoutMs: LONGEST_CALL_MS });
}
