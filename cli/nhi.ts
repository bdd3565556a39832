import { program } from './program';
import { printable } from '../runtime/evidence';

program(process.stdout).parseAsync(process.argv).catch((error: unknown) => {
  // The code says which of the guide's rows applies; a stack trace would not help an operator.
  process.stderr.write(`${printable(`nhi: ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`)}\n`);
  process.exitCode = 1;
});
