import { globMatches, hasWildcard } from './globs';
import { unpackLines } from './packed';

let table: Map<string, string> | undefined;
const answers = new Map<string, readonly string[]>();

/** The forms of a service's resources in ARNs, such as `table/*`, where a star stands for a name; of all services that a pattern covers. */
export function resourceFormats(service: string, withAccount: boolean): readonly string[] {
  const key = `${service.toLowerCase()}${withAccount ? '' : '!'}`;
  let formats = answers.get(key);
  if (!formats) {
    const keys = hasWildcard(key) ? [...lines().keys()].filter((one) => one.endsWith('!') !== withAccount && globMatches(key, one)) : [key];
    formats = keys.flatMap((one) => lines().get(one)?.split(' ') ?? []);
    answers.set(key, formats);
  }
  return formats;
}

function lines(): Map<string, string> {
  if (!table) {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- importing the package must not read the table: most of its users' commands never need it
    const { RESOURCE_FORMATS } = require('./resource-formats-data') as { RESOURCE_FORMATS: string };
    table = unpackLines(RESOURCE_FORMATS);
  }
  return table;
}
