import { examine, Severity, worstOf } from '../../runtime/operator';
import { Verb } from '../command';
import { renderExamination } from '../render-doctor';

/** A warning is no reason to stop a pipeline: it may be intended. What could not be checked is not known to be healthy. */
const EXIT_CODES: Readonly<Record<Severity, number>> = { ok: 0, warning: 0, error: 2, unknown: 3 };

export const doctor: Verb = {
  register: (nhi, { reading, print, asking, columns, exitWith }) => nhi.command('doctor')
    .description(`whether a registry is healthy and set up: each finding with its fix. It changes nothing. Exit code ${EXIT_CODES.error} if a finding is an error, ${EXIT_CODES.unknown} if none is and a check could not be made`)
    .addHelpText('after', [
      '',
      'Examples:',
      '  nhi doctor',
      '  nhi doctor --registry agents --json',
    ].join('\n'))
    .action(async () => {
      const found = await reading('examining the registry', (connection) => examine(connection, asking().now));
      print(found, (all) => renderExamination(all, columns()));
      exitWith(EXIT_CODES[worstOf(found)]);
    }),
};
