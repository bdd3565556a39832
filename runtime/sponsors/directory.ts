import { nameOf } from './fetch-json';
import { DirectoryAnswer, NO_ANSWER } from '../../src/contract/sponsor-directory';
import { replaceUnseen } from '../../src/core/unseen';

/** What is found out about one person. */
export type Finding = Omit<DirectoryAnswer, 'email'>;

/** A directory of people. It may also throw, which is no answer. */
export type Directory = (email: string) => Promise<Finding>;

const LONGEST_EVIDENCE = 200;

/** Nothing is known of the person, because the directory did not answer, or not clearly. */
export function noAnswer(evidence: string): Finding {
  return { status: NO_ANSWER, evidence };
}

/** Asks about each address. One that fails says nothing about the others. */
export function answersOf(directory: Directory, emails: readonly string[]): Promise<DirectoryAnswer[]> {
  return Promise.all(emails.map(async (email): Promise<DirectoryAnswer> => {
    const { status, evidence } = await directory(email).catch((error: unknown) => (
      // Only the name: a message may contain anything, such as the token.
      noAnswer(`the directory could not be asked: ${nameOf(error)}`)));
    return { email, status, evidence: oneLine(evidence) };
  }));
}

/** The evidence is stored, sent and printed, and the directory wrote parts of it. */
function oneLine(evidence: string): string {
  const units = [...replaceUnseen(evidence, () => ' ')];
  return units.length > LONGEST_EVIDENCE ? `${units.slice(0, LONGEST_EVIDENCE).join('')}...` : units.join('');
}
