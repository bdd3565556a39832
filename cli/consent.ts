import { Consent } from './command';
import { InvalidInputError, RefusedError } from '../src/core/errors';

/** Asks a person a question. Resolves to the typed text, or to undefined if the input ended. */
export type Ask = (question: string) => Promise<string | undefined>;

/**
 * Returns after the person consented to the change.
 *
 * @param ask absent if there is no terminal to ask at
 * @throws InvalidInputError `ConsentMissing`
 * @throws RefusedError `Declined`
 */
export async function requireConsent({ yes }: Consent, ask: Ask | undefined): Promise<void> {
  if (yes) {
    return;
  }
  if (ask === undefined) {
    throw new InvalidInputError('ConsentMissing', 'nobody can be asked here, so nothing was changed: run it at a terminal, or with --yes');
  }
  const reply = await ask('do it? [y/N] ') ?? '';
  if (!/^y(es)?$/i.test(reply.trim())) {
    throw new RefusedError('Declined', 'nothing was changed');
  }
}
