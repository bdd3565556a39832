import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Sponsorship } from './model';
import { OwnerPattern, ownerPattern } from './owner-pattern';
import { InvalidInputError } from '../../src/core/errors';

const PLACES = ['CODEOWNERS', '.github/CODEOWNERS', '.gitlab/CODEOWNERS', 'docs/CODEOWNERS'];
const SKIPPED = new Set(['.git', 'node_modules', 'cdk.out', '.terraform', 'dist', 'build', 'vendor']);
const MOST_BYTES = 1_000_000;
const MOST_FILES = 50_000;
/** Shorter names are words of any text. */
const SHORTEST_NAME = 6;

interface OwnerRule {
  readonly pattern: OwnerPattern;
  readonly owners: readonly string[];
}

/** Owners of a checkout's files. */
export class CodeOwners {
  private readonly rules: readonly OwnerRule[];
  private readonly repository?: string;

  /** @throws InvalidInputError `CodeOwnersMissing` */
  public constructor(private readonly folder: string) {
    const place = PLACES.find((path) => isFile(join(folder, path)));
    if (place === undefined) {
      throw new InvalidInputError('CodeOwnersMissing', `${folder} has no file ${PLACES.join(', ')}: name the root of a checkout that has one`);
    }
    this.rules = readFileSync(join(folder, place), 'utf8').split('\n').flatMap(ruleOf);
    this.repository = originOf(folder);
  }

  /** Finds owners by files that mention one of the names, and by the repository that may assume a role. */
  public finder(names: ReadonlySet<string>): (wanted: { name: string; stack?: string; repositories: readonly string[] }) => Sponsorship[] {
    const mentions = this.mentions(names);
    return ({ name, stack, repositories }) => {
      const files = [name, stack].flatMap((one) => (one === undefined ? [] : mentions.get(one) ?? []));
      const whole = this.repository !== undefined && repositories.some((one) => one.endsWith(` ${this.repository}`));
      return [
        ...files.flatMap((file) => this.ownersOf(file).map((who) => ({ who, evidence: `owner of ${file}, by CODEOWNERS` }))),
        ...(whole ? this.ownersOf('README.md').map((who) => ({ who, evidence: `owner of repository ${this.repository}, by CODEOWNERS` })) : []),
      ];
    };
  }

  /** The last rule that fits decides, as on GitHub and GitLab. */
  private ownersOf(file: string): readonly string[] {
    return [...this.rules].reverse().find(({ pattern }) => pattern(file))?.owners ?? [];
  }

  /** The first file that mentions each name, as a word of its own. */
  private mentions(names: ReadonlySet<string>): Map<string, string> {
    const found = new Map<string, string>();
    for (const file of filesIn(this.folder)) {
      for (const [word] of readFileSync(join(this.folder, file), 'utf8').matchAll(/[\w+=.@-]+/g)) {
        if (word.length >= SHORTEST_NAME && names.has(word) && !found.has(word)) {
          found.set(word, file);
        }
      }
    }
    return found;
  }
}

function filesIn(folder: string): string[] {
  const files: string[] = [];
  const open = [''];
  while (open.length > 0 && files.length < MOST_FILES) {
    const at = open.pop()!;
    for (const name of readdirSync(join(folder, at)).sort().reverse()) {
      const path = at === '' ? name : `${at}/${name}`;
      // A link may lead out of the checkout.
      const entry = lstatSync(join(folder, path));
      if (entry.isDirectory() && !SKIPPED.has(name)) {
        open.push(path);
      } else if (entry.isFile() && entry.size <= MOST_BYTES && name !== 'CODEOWNERS') {
        files.push(path);
      }
    }
  }
  return files;
}

/** A line without owners leaves its files without. */
function ruleOf(line: string): OwnerRule[] {
  const [pattern, ...owners] = line.replace(/(^|\s)#.*$/, '').trim().split(/\s+/);
  return pattern === '' || /^[[!^]/.test(pattern) ? [] : [{ pattern: ownerPattern(pattern), owners }];
}

/** A link may lead out of the checkout. */
function isFile(path: string): boolean {
  return existsSync(path) && lstatSync(path).isFile();
}

function originOf(folder: string): string | undefined {
  const file = join(folder, '.git', 'config');
  const url = isFile(file) ? /\[remote "origin"\][^[]*?\burl\s*=\s*(\S+)/.exec(readFileSync(file, 'utf8'))?.[1] : undefined;
  return url === undefined ? undefined : /[/:]([^/:]+\/[^/]+?)(?:\.git)?\/?$/.exec(url)?.[1];
}
