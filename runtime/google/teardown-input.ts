import { AccountRef } from './account';
import { messageText } from './message';
import { holderOf, PolicyHolder } from './policies';
import { Beyond } from './wipers/wiper';
import { FORMS, PROGRAM_ENVIRONMENT, RESOURCE_NAMES, TEARDOWN_VERSION } from '../../src/contract/google';
import { InvalidInputError } from '../../src/core/errors';
import { shown } from '../../src/core/shown';

/** A checked `TeardownMessage`. */
export interface TeardownInput {
  readonly agentName: string;
  readonly stage: string;
  /** The agent's end. Absent in messages that an older construct deployed. */
  readonly expires?: string;
  readonly account: AccountRef;
  /** Whether the account must be deleted before anything is wiped. */
  readonly afterAccount: boolean;
  readonly holders: readonly PolicyHolder[];
  readonly ownSecrets: readonly string[];
  /** Secrets that the agent's revokers read when it leaves. */
  readonly revokerSecrets: readonly string[];
  /** Where else to search, if the registry declares it. */
  readonly beyond?: Beyond;
  /** Agent identities that are the agent too. */
  readonly principals: readonly string[];
  /** The workload identity pool that must stay as long as the account. */
  readonly pool?: string;
  /** The agent's registry, if it has one. */
  readonly records?: { readonly bucket: PolicyHolder; readonly topic: PolicyHolder; readonly actor?: string };
}

/** Parses the message. Throws an `InvalidInputError` that says what is wrong. */
export function readInput(value: string | undefined): TeardownInput {
  const text = messageText(value);
  if (text === undefined || text === '') {
    throw new InvalidInputError('TeardownInputMissing', `${PROGRAM_ENVIRONMENT.teardown} is not set; the construct's teardown provisioner sets it`);
  }
  const input = object(text);
  // A newer construct may declare something that this program can't wipe.
  if (input.version !== TEARDOWN_VERSION) {
    throw new InvalidInputError('TeardownVersionUnknown', `${PROGRAM_ENVIRONMENT.teardown} has the version ${shown(input.version)}; this program reads ${TEARDOWN_VERSION}: use the one of the same release as the construct`);
  }
  const afterAccount = input.accountUniqueId === undefined;
  const account: AccountRef = { project: matching(input, 'project', FORMS.project), email: matching(input, 'accountEmail', FORMS.accountEmail), uniqueId: afterAccount ? '' : matching(input, 'accountUniqueId', FORMS.uniqueId) };
  const holders = [
    ...strings(input, 'projects', FORMS.project, 'projects/').map((project) => holderOf('project', `projects/${project}`)),
    ...strings(input, 'folders', RESOURCE_NAMES.folder.pattern).map((folder) => holderOf('folder', folder)),
    ...resources(input),
  ];
  return {
    agentName: matching(input, 'agentName', FORMS.agentName),
    stage: matching(input, 'stage', FORMS.stage),
    expires: input.expires === undefined ? undefined : matching(input, 'expires', FORMS.instant),
    account,
    afterAccount,
    holders: [...new Map(holders.map((holder) => [holder.name, holder])).values()],
    ownSecrets: strings(input, 'ownSecrets', RESOURCE_NAMES.secret.pattern, '//secretmanager.googleapis.com/'),
    revokerSecrets: strings(input, 'revokerSecrets', RESOURCE_NAMES.secret.pattern),
    ...input.beyond === undefined ? {} : { beyond: beyondIn(input.beyond) },
    principals: strings(input, 'principals', FORMS.agentIdentity),
    pool: input.pool === undefined ? undefined : matching(input, 'pool', FORMS.pool),
    records: input.records === undefined ? undefined : recordsIn(input.records),
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
    throw invalid(PROGRAM_ENVIRONMENT.teardown, text, 'a JSON object');
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

function strings(input: Fields, field: string, pattern: RegExp, prefix = ''): string[] {
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

function recordsIn(value: unknown): TeardownInput['records'] {
  const { bucket, topic, actor } = (value ?? {}) as Fields;
  if (typeof bucket !== 'string' || typeof topic !== 'string' || (actor !== undefined && (typeof actor !== 'string' || !FORMS.line.test(actor)))) {
    throw invalid('records', value, '{bucket, topic, actor}');
  }
  return { bucket: holderOf('bucket', bucket), topic: holderOf('topic', topic), ...actor === undefined ? {} : { actor } };
}

function beyondIn(value: unknown): Beyond {
  const fields = (value ?? {}) as Fields;
  const { scope } = fields;
  if (typeof scope !== 'string' || !FORMS.scope.test(scope)) {
    throw invalid('beyond', value, '{scope, wipedProjects}');
  }
  return { scope, wipedProjects: strings(fields, 'wipedProjects', FORMS.project) };
}

function invalid(field: string, value: unknown, wanted: string): InvalidInputError {
  return new InvalidInputError('TeardownInputInvalid', `${field} is ${shown(value)}; expected is ${wanted}`);
}
