import { homedir } from 'node:os';
import { join } from 'node:path';
import { InvalidArgumentError, Option } from 'commander';
import { Inventory, inventoryCsv, inventoryOcsf, inventoryPolicy, inventoryReport, takeInventory } from '../../runtime/inventory';
import { InvalidInputError } from '../../src/core/errors';
import { examples, Verb } from '../command';
import { EXIT } from '../exit-codes';
import { renderJson } from '../render';
import { renderInventory } from '../render-inventory';
import { writeWhole } from '../write-file';

const FORMATS = ['table', 'json', 'csv', 'html', 'ocsf'] as const;
type Format = (typeof FORMATS)[number];

interface InventoryFlags {
  readonly format?: Format;
  readonly output?: string;
  readonly all?: true;
  readonly organization?: true;
  readonly roleName?: string;
  readonly lastAccessed?: true;
  readonly creators?: true;
  readonly serviceCredentials?: true;
  readonly checkout?: string;
  readonly state: string;
  readonly policy?: true;
}

export const inventory: Verb = {
  register: (nhi, { account, print, write, isJson, region, columns, exitWith }) => nhi.command('inventory')
    .description(`roles and users of an account: who uses each, what it may do, who is likely accountable, and what is wrong with it. Needs no registry, and changes nothing. Exit code ${EXIT.found} if an account of the organization could not be read`)
    .addOption(new Option('--format <format>', 'table, or a whole document of all identities').choices(FORMATS))
    .option('--output <file>', 'write to this file, which only you can read')
    .option('--all', 'list people and what AWS created too; the other formats always have them')
    .option('--organization', 'all accounts of the organization; needs --role-name')
    .option('--role-name <name>', 'role to assume in each account', roleName)
    .option('--last-accessed', 'ask IAM when each service was last used, for machine identities only: two calls or more each')
    .option('--creators', 'ask CloudTrail who created them in the last 90 days, and CloudFormation for the tags of their stacks in this region')
    .option('--service-credentials', 'list keys of users for single services, such as the API keys of Amazon Bedrock')
    .option('--checkout <folder>', 'find owners in the CODEOWNERS file of this checkout')
    .addOption(new Option('--state <folder>', 'where an interrupted inventory is kept for an hour, to continue it')
      .default(join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'nhi', 'inventory'), 'nhi/inventory in the folder of caches'))
    .option('--policy', 'instead: print the IAM policy that these options need')
    .addHelpText('after', examples(
      'nhi inventory --format html --output inventory.html',
      'nhi inventory --organization --role-name nhi-inventory --format csv --output inventory.csv',
      'nhi inventory --last-accessed --policy',
    ))
    .action(async ({ format = isJson() ? 'json' : 'table', output, all, organization, policy, ...scope }: InventoryFlags) => {
      if ((organization === true) !== (scope.roleName !== undefined)) {
        throw new InvalidInputError('RoleNameMissing', '--organization and --role-name go together: name the role to assume in each account');
      }
      if (policy === true) {
        return print(inventoryPolicy(scope, region()), renderJson);
      }
      const found = await account((source, run) => takeInventory(source, { ...scope, ...run }));
      const text = textOf(found, format, all === true, output === undefined ? columns() : undefined);
      if (output === undefined) {
        write(text);
      } else {
        writeWhole(output, `${text}\n`);
      }
      if (found.unread.length > 0) {
        exitWith(EXIT.found);
      }
    }),
};

function textOf(found: Inventory, format: Format, all: boolean, columns: number | undefined): string {
  switch (format) {
    case 'json': return renderJson(found);
    case 'csv': return inventoryCsv(found);
    case 'html': return inventoryReport(found);
    case 'ocsf': return inventoryOcsf(found);
    case 'table': return renderInventory(found, all, columns);
  }
}

/** A role's name, with its path. It becomes a part of an ARN. */
function roleName(text: string): string {
  if (!/^[\w+=,.@/-]{1,128}$/.test(text) || text.startsWith('/')) {
    throw new InvalidArgumentError('use the name of a role, with its path if it has one, of [A-Za-z0-9_+=,.@/-]');
  }
  return text;
}
