import { NhiError } from '../core/errors';

/**
 * The npm packages that the Google half needs and the AWS half does not; they are optional peers of this package.
 */
export class RequiredPackages {
  /** Name and version of each, in the form for `npm install`. */
  public static readonly SPECIFIERS: string[] = ['cdktf@0.21.0', '@cdktf/provider-google@16.12.1'];

  /** Throws `GooglePackagesMissing`, with the packages to install, if one of them can't be found. */
  public static assertInstalled(): void {
    const missing = RequiredPackages.SPECIFIERS.filter((specifier) => !isInstalled(specifier.slice(0, specifier.lastIndexOf('@'))));
    if (missing.length > 0) {
      throw new NhiError('GooglePackagesMissing',
        `the Google half of cdk-nhi-lifecycle needs ${RequiredPackages.SPECIFIERS.join(' and ')}; not found: ${missing.join(', ')}; `
        + `run: npm install ${RequiredPackages.SPECIFIERS.join(' ')}`);
    }
  }

  private constructor() {}
}

// Finds the package without loading it: the root of the provider alone costs seconds and 450 MB.
function isInstalled(name: string): boolean {
  try {
    require.resolve(`${name}/package.json`);
    return true;
  } catch {
    return false;
  }
}

// Runs when this file is loaded, so that the import of `google` fails with this error before anything else fails less clearly.
RequiredPackages.assertInstalled();
