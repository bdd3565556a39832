import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';

/** Stands for the end of the agents in the templates. A written-out end would pass one day. */
export const EXPIRES = '@EXPIRES@';

export const FROZEN_FILE = join(__dirname, 'frozen.json.br');

/** What a former version of the library deploys: the finished templates of its stacks, and the code that runs after deployment. */
export interface FrozenVersion {
  readonly version: string;
  readonly account: string;
  readonly region: string;
  /** Templates as JSON, by the name of the stack, in the order of their deployment. */
  readonly templates: Readonly<Record<string, string>>;
  /** The files of each function's code, by its key in the bucket of assets. */
  readonly assets: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export function packed(frozen: FrozenVersion): Buffer {
  const text = Buffer.from(JSON.stringify(frozen));
  const { BROTLI_PARAM_LGWIN: window, BROTLI_PARAM_SIZE_HINT: size } = constants;
  return brotliCompressSync(text, { params: { [window]: 24, [size]: text.length } });
}

/** The version that `freeze.ts` froze last, with agents that end at an instant. */
export function frozenVersion(end: string): FrozenVersion {
  const frozen = JSON.parse(brotliDecompressSync(readFileSync(FROZEN_FILE)).toString()) as FrozenVersion;
  const templates = Object.entries(frozen.templates).map(([name, template]) => [name, template.replaceAll(EXPIRES, end)]);
  return { ...frozen, templates: Object.fromEntries(templates) };
}
