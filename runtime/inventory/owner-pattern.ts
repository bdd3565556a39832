import { globCovers } from '../../src/core/glob';

/** Says which files a rule of CODEOWNERS is about. */
export type OwnerPattern = (path: string) => boolean;

const ANY_FOLDERS = '**';

/**
 * The files of a pattern of CODEOWNERS, which is one of .gitignore without negation. The time is proportional to the product of the lengths of pattern and path, because anyone who can write to
 * the checkout writes both.
 */
export function ownerPattern(pattern: string): OwnerPattern {
  const isFolder = pattern.endsWith('/');
  const isAnchored = pattern.slice(0, -1).includes('/');
  const parts = pattern.split('/').filter((part) => part !== '');
  // `docs/*` is the files of the folder, and not what is below its folders. `docs/**` is all of it.
  const isWhole = !isFolder && pattern.endsWith('/*');
  if (parts.at(-1) === ANY_FOLDERS) {
    parts[parts.length - 1] = '*';
  }
  const wanted = isAnchored ? parts : [ANY_FOLDERS, ...parts];
  return (path) => {
    const names = path.split('/');
    const ends = endsOf(wanted, names);
    return isWhole ? ends[names.length] : ends.some((reached, end) => reached && end > 0 && (!isFolder || end < names.length));
  };
}

/** At which names, counted from 0, what the parts match can end. */
function endsOf(parts: readonly string[], names: readonly string[]): boolean[] {
  let reached = [true, ...names.map(() => false)];
  for (const part of parts) {
    const before = reached;
    reached = before.map(() => false);
    for (let at = 0; at <= names.length; at += 1) {
      reached[at] = part === ANY_FOLDERS ? before[at] || (at > 0 && reached[at - 1]) : at > 0 && before[at - 1] && globCovers(part, names[at - 1]);
    }
  }
  return reached;
}
