import { CommanderError } from 'commander';
import { Activity } from './activity';
import { InvalidInputError, NhiError } from '../src/core/errors';

/** Exit codes of the command. Those above 128 are what shells make of a signal. */
export const EXIT = {
  done: 0,
  failed: 1,
  found: 2,
  unchecked: 3,
  declined: 4,
  usage: 64,
  hungUp: 129,
  interrupted: 130,
  pipeClosed: 141,
  terminated: 143,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** What help and the reference page say of them. */
export const EXIT_MEANINGS: Readonly<Record<keyof typeof EXIT, string>> = {
  done: 'done, and nothing was found that somebody should look at',
  failed: 'failed, or not done to all: one line begins with "nhi:" and a code',
  found: 'done, and something was found: a difference, an error of doctor, what --fail-on names, an account that could not be read',
  unchecked: 'done, and a check could not be made (doctor)',
  declined: 'nobody consented: the question was declined, or nobody could be asked and --yes was not given; nothing was changed',
  usage: 'the command line is wrong; nothing was called',
  hungUp: 'the terminal was closed (SIGHUP)',
  interrupted: 'Ctrl-C (SIGINT)',
  pipeClosed: 'the program that read the output has ended, such as head',
  terminated: 'ended from outside (SIGTERM)',
};

const NO_CONSENT: readonly string[] = ['Declined', 'ConsentMissing'];

/** The exit code of an error. Input that is found invalid before anything was called is a wrong command line. */
export function exitCodeOf(error: unknown, activity: Activity): ExitCode {
  if (error instanceof CommanderError) {
    // Help and version that somebody asked for end in an error of commander too.
    return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  }
  if (error instanceof NhiError && NO_CONSENT.includes(error.code)) {
    return EXIT.declined;
  }
  return error instanceof InvalidInputError && !activity.hasCalled ? EXIT.usage : EXIT.failed;
}
