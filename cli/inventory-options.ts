import { homedir } from 'node:os';
import { join } from 'node:path';
import { InvalidArgumentError, Option } from 'commander';

/** The role by which other accounts are read. */
export function roleNameOption(description: string): Option {
  return new Option('--role-name <name>', description).argParser(roleName);
}

/** Where pages of an inventory are kept. */
export function stateOption(): Option {
  return new Option('--state <folder>', 'where an interrupted inventory is kept for an hour, to continue it')
    .default(join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'nhi', 'inventory'), 'nhi/inventory in the folder of caches');
}

/** A role's name, with its path. It becomes a part of an ARN. */
function roleName(text: string): string {
  if (!/^[\w+=,.@/-]{1,128}$/.test(text) || text.startsWith('/')) {
    throw new InvalidArgumentError('use the name of a role, with its path if it has one, of [A-Za-z0-9_+=,.@/-]');
  }
  return text;
}
