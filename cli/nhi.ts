import { createInterface } from 'node:readline/promises';
import { Ask } from './consent';
import { program } from './program';
import { printable } from '../runtime/evidence';
import { connectGoogle } from '../runtime/google/registry';
import { connect, connectDeployed } from '../runtime/operator';

// The SDK warns at each call which version of Node.js it will drop next. It is part of the bundle, so an operator can do nothing about it. Other
// warnings are still shown. The switch is documented in issue 7983 of aws-sdk-js-v3.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

/** Exit code of a command that Ctrl-C ended, as shells have it. */
const INTERRUPTED = 130;

/** A file takes its name when it is whole, so nothing is left half-written. */
function interrupted(): never {
  process.stderr.write('\nnhi: interrupted: run the same command again; an inventory continues after the last page that it read, and answers are kept\n');
  process.exit(INTERRUPTED);
}

/** Asks at a terminal only: a pipe whose input happens to begin with `y` is no consent. Ctrl-C and Ctrl-D are no answers. */
const ask: Ask | undefined = process.stdin.isTTY && process.stderr.isTTY ? async (question) => {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  terminal.once('SIGINT', interrupted).once('close', interrupted);
  const answer = await terminal.question(question);
  terminal.off('close', interrupted).close();
  return answer;
} : undefined;

const terminalOf = ({ isTTY, columns }: NodeJS.WriteStream): { columns: number } | undefined => (isTTY ? { columns: columns || 80 } : undefined);
const nhi = program(process.stdout, {
  connect,
  connectGoogle,
  connectDeployed,
  now: () => new Date(),
  progress: process.stderr,
  terminals: { output: terminalOf(process.stdout), progress: terminalOf(process.stderr) },
  ask,
});
process.once('SIGINT', interrupted);
nhi.parseAsync(process.argv).catch((error: unknown) => {
  // The message's code leads to a row of the guide's table. A stack trace would not help an operator.
  process.stderr.write(`${printable(`nhi: ${String(error)}`)}\n`);
  process.exitCode = 1;
});
