import { InvalidArgumentError, Option } from 'commander';
import { AuditReport, reportCsv, reportHtml } from '../../runtime/audit';
import { InvalidInputError } from '../../src/core/errors';
import { examples, Verb } from '../command';
import { EXIT } from '../exit-codes';
import { instant } from '../instants';
import { renderJson } from '../render';
import { writeFolder, writeWhole } from '../write-file';

const FORMATS = ['html', 'csv', 'json'] as const;

interface ReportFlags {
  readonly from: Date;
  readonly to?: Date;
  readonly format?: (typeof FORMATS)[number];
  readonly output?: string;
}

export const report: Verb = {
  register: (nhi, { read, asking, write, isJson, exitWith }) => nhi.command('report')
    .description(`what an auditor asks for of a period: joiners, movers with approval, leavers with certificates, reviews, exceptions, limits, and whether the population is complete, each row with its evidence. Changes nothing. Exit code ${EXIT.found} if something does not fit`)
    .addOption(new Option('--from <day>', 'start of the period, which is included: 2026-01-01, or an instant; in UTC').argParser(instantOf).makeOptionMandatory())
    .addOption(new Option('--to <day>', 'end of the period, which is not included (default: now)').argParser(instantOf))
    .addOption(new Option('--format <format>', 'html to read, csv (a folder of one file a section) and json to load').choices(FORMATS))
    .option('--output <path>', 'write to this file, or folder for csv, which only you can read')
    .addHelpText('after', examples(
      'nhi report --from 2026-01-01 --to 2026-04-01 --output 2026-q1.html',
      'nhi report --from 2026-01-01 --to 2026-04-01 --format csv --output 2026-q1',
      'nhi --google-registry gs://acme-agents-agents-registry report --from 2026-01-01 --output 2026.html',
    ))
    .action(async ({ from, to, format = isJson() ? 'json' : 'html', output }: ReportFlags) => {
      if (format === 'csv' && output === undefined) {
        throw new InvalidInputError('OutputMissing', 'CSV is one file a section: name a new folder for them with --output');
      }
      let progress = 'reading the evidence';
      const reporting = { clock: () => asking().now, tell: (what: string) => void (progress = what) };
      const found = await read(() => progress, (registry) => registry.report({ from, to: to ?? asking().now }, reporting));
      if (format === 'csv') {
        writeFolder(output!, reportCsv(found));
      } else if (output === undefined) {
        write(textOf(found, format));
      } else {
        writeWhole(output, `${textOf(found, format)}\n`);
      }
      if (found.differences.length > 0 || !found.population.isBalanced) {
        exitWith(EXIT.found);
      }
    }),
};

function textOf(found: AuditReport, format: 'html' | 'json'): string {
  return format === 'html' ? reportHtml(found).trimEnd() : renderJson(found);
}

function instantOf(text: string): Date {
  try {
    return new Date(/^\d{4}-\d{2}-\d{2}$/.test(text) ? startOf(text) : instant(text));
  } catch {
    throw new InvalidArgumentError('use a day, such as 2026-01-01, or an instant in UTC, such as 2026-01-01T00:00:00Z');
  }
}

/** A day that exists begins at midnight UTC. */
function startOf(day: string): string {
  const start = new Date(`${day}T00:00:00Z`).toISOString();
  if (!start.startsWith(day)) {
    throw new Error(day);
  }
  return start;
}
