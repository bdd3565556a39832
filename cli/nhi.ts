import { createInterface } from 'node:readline';
import { CommanderError } from 'commander';
import { Activity } from './activity';
import { Ask } from './consent';
import { EXIT, ExitCode, exitCodeOf } from './exit-codes';
import { program } from './program';
import { printable } from '../runtime/evidence';
import { connectGoogle } from '../runtime/google/registry';
import { connect, connectDeployed, inLastWords } from '../runtime/operator';
import { InvalidInputError, reasonOf } from '../src/core/errors';

// The SDK warns at each call which version of Node.js it will drop next. It is part of the bundle, so an operator can do nothing about it. Other
// warnings are still shown. The switch is documented in issue 7983 of aws-sdk-js-v3.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

// The SDK warns in seven lines where a profile and keys are both given. The profile is used, as help says.
const warn = console.warn.bind(console);
console.warn = (...said: unknown[]) => (/Multiple credential sources detected/.test(String(said[0])) ? undefined : warn(...said));

const SIGNALS = { SIGINT: EXIT.interrupted, SIGTERM: EXIT.terminated, SIGHUP: EXIT.hungUp } as const;

/** Asks at a terminal only: a pipe whose input happens to begin with `y` is no consent. Ctrl-D is no consent either. */
const ask: Ask | undefined = process.stdin.isTTY && process.stderr.isTTY ? (question) => new Promise((resolve) => {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const withoutReply = (): void => {
    process.stderr.write('\n');
    resolve(undefined);
  };
  terminal.once('close', withoutReply);
  const closed = (): void => void terminal.off('close', withoutReply).close();
  // The terminal sends Ctrl-C as a character here.
  terminal.once('SIGINT', () => {
    closed();
    process.emit('SIGINT');
  });
  terminal.question(question, (reply) => {
    closed();
    resolve(reply);
  });
}) : undefined;

const activity = new Activity();

/** One line, with a code that leads to a row of the guide's table. A stack trace would not help an operator. */
function end(error: unknown): void {
  if (!(error instanceof CommanderError)) {
    process.stderr.write(`${printable(`nhi: ${inLastWords(error)}`)}\n`);
  }
  process.exitCode = exitCodeOf(error, activity);
}

// A file takes its name when it is whole, so nothing is left half-written.
for (const [signal, code] of Object.entries(SIGNALS) as [keyof typeof SIGNALS, ExitCode][]) {
  process.once(signal, () => {
    process.stderr.write(activity.leftBehind === '' ? '\n' : `\nnhi: ${activity.leftBehind}\n`);
    process.exit(code);
  });
}
process.on('uncaughtException', (error) => {
  end(error);
  process.exit();
});
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') {
    process.exit(EXIT.pipeClosed);
  }
  end(new InvalidInputError('OutputUnwritable', `the output can't be written (${reasonOf(error)}): write it to another place`, { cause: error }));
  process.exit(EXIT.failed);
});
// Progress that nobody reads any more does not stop the work.
process.stderr.on('error', () => undefined);

const terminalOf = ({ isTTY, columns }: NodeJS.WriteStream): { columns: number } | undefined => (isTTY ? { columns: columns || 80 } : undefined);
program(process.stdout, {
  connect,
  connectGoogle,
  connectDeployed,
  now: () => new Date(),
  activity,
  progress: process.stderr,
  terminals: { output: terminalOf(process.stdout), progress: terminalOf(process.stderr) },
  ask,
}).parseAsync(process.argv).catch(end);
