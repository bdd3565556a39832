import { mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  AdoptionTable, askForAll, definitionsOf, FileChange, filesIn, formatTable, generate, parseTable, Place, planAdoption, planUndo,
  readTable, stagesOf, STANDARD_STAGES, tableOf,
} from '../../runtime/adoption';
import { takeInventory } from '../../runtime/inventory';
import { InvalidInputError, reasonOf } from '../../src/core/errors';
import { shown } from '../../src/core/shown';
import { examples, Shell, Verb } from '../command';
import { EXIT } from '../exit-codes';
import { roleNameOption, stateOption } from '../inventory-options';
import { AdoptionOutcome, renderAdoption, renderAdoptionDiff } from '../render-adoption';
import { writeWhole } from '../write-file';

const TABLE = 'adoption.csv';
/** Sources are for others to read, as far as the user's mask lets them. */
const SOURCE = { option: '--out', mode: 0o666 };

interface AdoptFlags {
  readonly out: string;
  readonly from?: string;
  readonly dryRun?: true;
  readonly undo?: true;
  readonly ownStages?: true;
  readonly roleName?: string;
  readonly state: string;
}

export const adopt: Verb = {
  register: (nhi, shell) => nhi.command('adopt')
    .description(`writes CDK code that makes agents of identities of an inventory: asked one by one at a terminal, or from a table that was filled in. Changes nothing in AWS. Exit code ${EXIT.found} if a file that a person has edited was kept`)
    .requiredOption('--out <folder>', 'folder of the code')
    .option('--from <file>', 'a table of nhi inventory --format csv, with its last columns filled in')
    .option('--dry-run', 'show the difference, and write nothing')
    .option('--undo', 'remove what adoptions added to the folder, and nothing else')
    .option('--own-stages', 'take the stages that the deployed registry has, besides test, staging and production: read from its engine, in the account of the credentials (lambda:GetFunctionConfiguration)')
    .addOption(roleNameOption('role to assume in other accounts, for rows that migrate'))
    .addOption(stateOption())
    .addHelpText('after', examples(
      'nhi adopt --from inventory.csv --out agents --dry-run',
      'nhi adopt --out agents',
      'nhi adopt --from inventory.csv --out agents --own-stages',
      'nhi adopt --undo --out agents',
    ))
    .action(async (flags: AdoptFlags) => {
      const { out, undo, from } = flags;
      if (undo === true && from !== undefined) {
        throw new InvalidInputError('UndoOfAll', '--undo takes back all that adoptions added to the folder, so it takes no --from: give one of both');
      }
      if (undo === true) {
        return finish(shell, flags, planUndo(filesIn(out)), {});
      }
      const place = placeOf(shell);
      const stages = flags.ownStages === true ? await shell.account((source) => stagesOf(source, place.registry)) : STANDARD_STAGES;
      const options = { registry: place.registry, now: shell.asking().now, stages };
      const table = from === undefined ? await asked(shell, flags, options) : readTable(bytesOf(from), from, options);
      if (table === undefined) {
        return;
      }
      const migrating = table.agents.filter(({ how }) => how === 'migrate');
      const definitions = migrating.length === 0 ? new Map() : await shell.account((source) => definitionsOf(migrating, source, flags.roleName));
      const files = generate(table.agents, definitions, place);
      finish(shell, flags, planAdoption(files, table.agents, filesIn(out)), {
        adopted: table.agents.length - migrating.length, migrating: migrating.length, undecided: table.undecided,
      });
    }),
};

function placeOf(shell: Shell): Place {
  const region = shell.region();
  if (region === undefined) {
    throw new InvalidInputError('RegionMissing', 'the home region of the registry is not known: give --region, or set AWS_REGION');
  }
  return { registry: shell.registryName(), region };
}

function bytesOf(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new InvalidInputError('TableUnreadable', `the file ${shown(file)} can't be read (${reasonOf(error)}): name a table of nhi inventory --format csv with --from`, { cause: error });
  }
}

/** The table that a person fills in by answers. Undefined if the person quit. */
async function asked(shell: Shell, { out, state }: AdoptFlags, options: Parameters<typeof readTable>[2]): Promise<AdoptionTable | undefined> {
  shell.requireTerminal('nhi adopt asks at a terminal only: give a table that was filled in with --from');
  const file = join(out, TABLE);
  const inventory = await shell.account((source, run) => takeInventory(source, { state, ...run }));
  makeFolder(out);
  const earlier = filesHave(out, TABLE) ? parseTable(bytesOf(file), file) : undefined;
  const table = tableOf(inventory, options.registry, earlier);
  const { tell } = shell.asking();
  const save = (): void => writeWhole(file, `${formatTable(table)}\r\n`, { option: '--out', mode: 0o600 });
  save();
  if (!await askForAll(table, options, { ask: shell.question, tell, save })) {
    tell(`the answers are in ${file}: run the same command to continue, or fill it in and give it with --from`);
    return undefined;
  }
  return readTable(bytesOf(file), file, options);
}

function filesHave(folder: string, name: string): boolean {
  return readdirSync(folder).includes(name);
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw new InvalidInputError('OutputUnwritable', `the folder ${folder} can't be made (${reasonOf(error)}): name another one with --out`, { cause: error });
  }
}

function finish(shell: Shell, { out, dryRun, undo }: AdoptFlags, changes: readonly FileChange[], counts: AdoptionOutcome['counts']): void {
  const outcome: AdoptionOutcome = { folder: out, changes, counts, isUndo: undo === true, region: shell.region() ?? '' };
  if (dryRun === true) {
    shell.print(changes.map(({ path, does, because }) => ({ path, does, because })), () => renderAdoptionDiff(changes));
  } else {
    changes.forEach((change) => apply(out, change));
    shell.print({ ...outcome, changes: changes.map(({ path, does, because }) => ({ path, does, because })) }, () => renderAdoption(outcome));
  }
  if (changes.some(({ does }) => does === 'keep')) {
    shell.exitWith(EXIT.found);
  }
}

function apply(out: string, { path, does, after }: FileChange): void {
  const file = join(out, path);
  if (does === 'write') {
    makeFolder(dirname(file));
    writeWhole(file, after!, SOURCE);
  } else if (does === 'remove') {
    rmSync(file, { force: true });
    const folder = dirname(file);
    // The folder of an account that has nothing else.
    if (folder !== join(out) && readdirSync(folder).length === 0) {
      rmdirSync(folder);
    }
  }
}
