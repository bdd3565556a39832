import { examine, Severity, worstOf } from '../../runtime/operator';
import { examples, Verb } from '../command';
import { EXIT, ExitCode } from '../exit-codes';
import { renderExamination } from '../render-doctor';

/** A warning is no reason to stop a pipeline: it may be intended. What could not be checked is not known to be healthy. */
const EXIT_CODES: Readonly<Record<Severity, ExitCode>> = { ok: EXIT.done, warning: EXIT.done, error: EXIT.found, unknown: EXIT.unchecked };

export const doctor: Verb = {
  register: (nhi, { reading, print, asking, paint, exitWith }) => nhi.command('doctor')
    .description(`whether a registry is healthy and set up: each finding with its fix. It changes nothing. Exit code ${EXIT_CODES.error} if a finding is an error, ${EXIT_CODES.unknown} if none is and a check could not be made`)
    .addHelpText('after', examples('nhi doctor', 'nhi doctor --registry agents --json'))
    .action(async () => {
      const found = await reading('examining the registry', (connection) => examine(connection, asking().now));
      print(found, (all, columns) => renderExamination(all, columns, paint));
      exitWith(EXIT_CODES[worstOf(found)]);
    }),
};
