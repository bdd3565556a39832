import { closeSync, constants, fstatSync, openSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { EVIDENCE, MANIFEST, MANIFEST_DIGEST, MOST_BYTES } from './manifest';
import { InvalidInputError, reasonOf } from '../../../src/core/errors';
import { shown } from '../../../src/core/shown';

/** The manifest lists every object, so it may be larger than any of them. */
const LARGEST_MANIFEST = 512 * 1024 * 1024;

/** A bundle's folder, of which anybody may have written anything. Nothing in it is followed, and nothing is read that is larger than expected. */
export class BundleFolder {
  /** @throws InvalidInputError `BundleMissing`, `BundleInvalid` */
  public constructor(public readonly path: string) {
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) {
      throw new InvalidInputError('BundleMissing', `${path} is no folder: name the folder that nhi verify --download wrote`);
    }
  }

  /**
   * The keys of all files below the folder of evidence, sorted, and what else stands in the bundle.
   *
   * @throws InvalidInputError `BundleInvalid` for a link, or anything else than files and folders
   */
  public keys(): { readonly keys: readonly string[]; readonly others: readonly string[] } {
    const keys: string[] = [];
    const others: string[] = [];
    const walk = (parts: readonly string[]): void => {
      for (const entry of readdirSync(join(this.path, ...parts), { withFileTypes: true })) {
        const below = [...parts, entry.name];
        if (entry.isDirectory()) {
          walk(below);
        } else if (!entry.isFile()) {
          throw new InvalidInputError('BundleInvalid', `${shown(below.join('/'))} is a link or no file: a bundle has files and folders only; use what nhi verify --download wrote`);
        } else if (parts[0] === EVIDENCE) {
          keys.push(below.slice(1).join('/'));
        } else if (parts.length > 0 || (entry.name !== MANIFEST && entry.name !== MANIFEST_DIGEST)) {
          others.push(below.join('/'));
        }
      }
    };
    walk([]);
    return { keys: keys.sort(), others: others.sort() };
  }

  /** Undefined if there is no such file. */
  public manifestFile(name: typeof MANIFEST | typeof MANIFEST_DIGEST): Buffer | undefined {
    return this.read([name], LARGEST_MANIFEST);
  }

  /** The content of an object. Undefined if there is no such file. */
  public object(key: string): Buffer | undefined {
    return this.read([EVIDENCE, ...key.split('/')], MOST_BYTES);
  }

  private read(parts: readonly string[], most: number): Buffer | undefined {
    let file: number | undefined;
    try {
      // A link that somebody puts in the place of the file after it was listed is refused too.
      file = openSync(join(this.path, ...parts), constants.O_RDONLY + constants.O_NOFOLLOW);
      const found = fstatSync(file);
      if (!found.isFile() || found.size > most) {
        throw new InvalidInputError('BundleInvalid', `${shown(parts.join('/'))} is ${found.isFile() ? `${found.size} bytes, more than ${most}` : 'no file'}: use what nhi verify --download wrote`);
      }
      return readFileSync(file);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
        return undefined;
      }
      throw error instanceof InvalidInputError ? error : new InvalidInputError('BundleInvalid', `${shown(parts.join('/'))} can't be read: ${reasonOf(error)}`, { cause: error });
    } finally {
      if (file !== undefined) {
        closeSync(file);
      }
    }
  }
}
