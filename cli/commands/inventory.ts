import { Option } from 'commander';
import { Inventory, inventoryCsv, inventoryOcsf, inventoryPolicy, inventoryReport, takeInventory } from '../../runtime/inventory';
import { InvalidInputError } from '../../src/core/errors';
import { examples, Verb } from '../command';
import { EXIT } from '../exit-codes';
import { roleNameOption, stateOption } from '../inventory-options';
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
  readonly rolesAnywhere?: true;
  readonly agentRegistry?: true;
  readonly checkout?: string;
  readonly state: string;
  readonly policy?: true;
}

export const inventory: Verb = {
  register: (nhi, { account, print, write, isJson, region, registryName, columns, exitWith }) => nhi.command('inventory')
    .description(`roles and users of an account: who uses each, what it may do, who is likely accountable, and what is wrong with it. Needs no registry, and changes nothing. Exit code ${EXIT.found} if an account of the organization, or a service that an option asks, could not be read`)
    .addOption(new Option('--format <format>', 'table, or a whole document of all identities').choices(FORMATS))
    .option('--output <file>', 'write to this file, which only you can read')
    .option('--all', 'list people and what AWS created too; the other formats always have them')
    .option('--organization', 'all accounts of the organization; needs --role-name')
    .addOption(roleNameOption('role to assume in each account'))
    .option('--last-accessed', 'ask IAM when each service was last used, for machine identities only: two calls or more each')
    .option('--creators', 'ask CloudTrail who created them in the last 90 days, and CloudFormation for the tags of their stacks in this region')
    .option('--service-credentials', 'list keys of users for single services, such as the API keys of Amazon Bedrock')
    .option('--roles-anywhere', 'list subjects, profiles and trust anchors of IAM Roles Anywhere in this region, with the roles that they lead to: a call a second')
    .option('--agent-registry', 'compare agents of registries with the records of agents in AWS Agent Registry in this region')
    .option('--checkout <folder>', 'find owners in the CODEOWNERS file of this checkout')
    .addOption(stateOption())
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
      const text = textOf(found, format, { all: all === true, columns: output === undefined ? columns() : undefined, registry: registryName });
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

interface TextOptions {
  readonly all: boolean;
  readonly columns: number | undefined;
  readonly registry: () => string;
}

function textOf(found: Inventory, format: Format, { all, columns, registry }: TextOptions): string {
  switch (format) {
    case 'json': return renderJson(found);
    case 'csv': return inventoryCsv(found, { registry: registry() });
    case 'html': return inventoryReport(found);
    case 'ocsf': return inventoryOcsf(found);
    case 'table': return renderInventory(found, all, columns);
  }
}
