import { DirectoryAnswer, NO_ANSWER } from '../../src/contract/sponsor-directory';

/** The directory's answers by address in lower case. */
export type DirectoryAnswers = ReadonlyMap<string, DirectoryAnswer>;

/** What the directory says of an address. Nothing that it was not asked about is assumed. */
export function answerAbout(answers: DirectoryAnswers, email: string): DirectoryAnswer {
  return answers.get(email.toLowerCase()) ?? { email, status: NO_ANSWER, evidence: 'the directory was not asked' };
}
