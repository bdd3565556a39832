import { InvalidInputError } from '../../../src/core/errors';
import { shown } from '../../../src/core/shown';
import { AccountRef } from '../account';
import { holderOf, PolicyHolder } from '../policies';

/** What the construct tells the program, in the variable NHI_TEARDOWN. */
export interface TeardownInput {
  readonly agentName: string;
  readonly stage: string;
  /** The agent's end. Missing in what an older construct deployed. */
  readonly expires?: string;
  readonly account: AccountRef;
  readonly holders: readonly PolicyHolder[];
  readonly ownSecrets: readonly string[];
  /** Whether HMAC keys are looked for. */
  readonly hmac: boolean;
}

const VERSION = 1;
const PROJECT = /^[a-z0-9][a-z0-9.:-]*$/;
const EMAIL = /^[a-z0-9][a-z0-9.-]*@[a-z0-9.-]+\.gserviceaccount\.com$/;
const EXPIRES = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/;
const UNIQUE_ID = /^\d+$/;
const FOLDER = /^\d+$/;
const SECRET = /^projects\/[a-z0-9][a-z0-9.:-]*\/secrets\/[\w-]+$/;

/** Reads it; throws an `InvalidInputError` that says what is wrong. */
export function readInput(text: string | undefined): TeardownInput {
  if (text === undefined || text === '') {
    throw new InvalidInputError('TeardownInputMissing', 'NHI_TEARDOWN is not set; the construct\'s teardown provisioner sets it');
  }
  const input = object(text);
  // A newer construct may declare what this program doesn't know how to wipe.
  if (input.version !== VERSION) {
    throw new InvalidInputError('TeardownVersionUnknown', `NHI_TEARDOWN has the version ${shown(input.version)}; this program reads ${VERSION}: use the one of the same release as the construct`);
  }
  const account: AccountRef = { project: matching(input, 'project', PROJECT), email: matching(input, 'accountEmail', EMAIL), uniqueId: matching(input, 'accountUniqueId', UNIQUE_ID) };
  const holders = [
    ...strings(input, 'projects', PROJECT, 'projects/').map((project) => holderOf('project', `projects/${project}`)),
    ...strings(input, 'folders', FOLDER, 'folders/').map((folder) => holderOf('folder', `folders/${folder}`)),
    ...resources(input),
  ];
  return {
    agentName: matching(input, 'agentName', /^[\w.-]{1,128}$/),
    stage: matching(input, 'stage', /^[\w.-]{1,128}$/),
    expires: input.expires === undefined ? undefined : matching(input, 'expires', EXPIRES),
    account,
    holders: [...new Map(holders.map((holder) => [holder.name, holder])).values()],
    ownSecrets: strings(input, 'ownSecrets', SECRET, '//secretmanager.googleapis.com/'),
    hmac: flag(input, 'hmac'),
  };
}

type Fields = Readonly<Record<string, unknown>>;

function object(text: string): Fields {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalid('NHI_TEARDOWN', text, 'a JSON object');
  }
  return value as Fields;
}

function matching(input: Fields, field: string, pattern: RegExp): string {
  const value = input[field];
  if (typeof value !== 'string' || !pattern.test(value)) {
    throw invalid(field, value, `a text that matches ${pattern.source}`);
  }
  return value;
}

function strings(input: Fields, field: string, pattern: RegExp, prefix: string): string[] {
  const values = input[field] ?? [];
  if (!Array.isArray(values)) {
    throw invalid(field, values, 'a list of names');
  }
  const names = values.map((value: unknown) => {
    const name = typeof value === 'string' && value.startsWith(prefix) ? value.slice(prefix.length) : value;
    if (typeof name !== 'string' || !pattern.test(name)) {
      throw invalid(field, value, `names that match ${pattern.source}`);
    }
    return name;
  });
  return [...new Set(names)];
}

function resources(input: Fields): PolicyHolder[] {
  const values = input.resources ?? [];
  if (!Array.isArray(values)) {
    throw invalid('resources', values, 'a list of {kind, name}');
  }
  return values.map((value: { kind?: unknown; name?: unknown } | null) => {
    if (typeof value?.kind !== 'string' || typeof value.name !== 'string') {
      throw invalid('resources', value, 'a list of {kind, name}');
    }
    return holderOf(value.kind, value.name);
  });
}

function flag(input: Fields, field: string): boolean {
  // Not said is not a no: an HMAC key is found by looking only.
  const value = input[field] ?? true;
  if (typeof value !== 'boolean') {
    throw invalid(field, value, 'true or false');
  }
  return value;
}

function invalid(field: string, value: unknown, wanted: string): InvalidInputError {
  return new InvalidInputError('TeardownInputInvalid', `${field} is ${shown(value)}; wanted is ${wanted}`);
}
