import { Held } from './power';
import { Caller } from '../../src/core/identities/caller';
import { stageIn } from '../../src/core/identities/stage-in-name';
import { daysSince } from '../inventory/credential-report';
import { findingsBy, Judging, MOST_IDLE_DAYS, naming, Rule, rulesNamed } from '../inventory/findings';
import { Finding } from '../inventory/model';

/** What the rules see of a service account besides its row. */
export interface JudgingAccount extends Judging {
  readonly isDisabled: boolean;
  /** Callers that its own policy or a resource names. */
  readonly direct: readonly Caller[];
  /** Callers that have a role on all accounts of the project. */
  readonly through: readonly Caller[];
  readonly held: readonly Held[];
  readonly leaked: readonly { readonly id: string; readonly what: string }[];
  /** Kind of default account. */
  readonly defaultOf?: string;
  /** Since when Google observed whether it is used. */
  readonly observedSince?: string;
  readonly changedAt?: string;
  /** Whether an insight of Google calls it unused. */
  readonly isCalledUnused: boolean;
}

const NOT_COUNTED = 'by a token or key of its own; API keys that are bound to it, and APIs of Google Workspace, are not counted';

const OWN: readonly Rule<JudgingAccount>[] = [
  {
    rule: 'unused',
    detail: ({ lastUsed, isUseUnknown, observedSince, changedAt, isCalledUnused }, now) => {
      if (lastUsed !== undefined) {
        const idle = daysSince(lastUsed.at, now);
        return idle <= MOST_IDLE_DAYS ? undefined : `not used for ${idle} days ${NOT_COUNTED}`;
      }
      if (isCalledUnused) {
        return `an insight of Google says that it was not used for ${MOST_IDLE_DAYS} days`;
      }
      // Google does not say when it was created. One that was changed lately may be new.
      const isOld = [observedSince, changedAt].every((at) => at === undefined || daysSince(at, now) > MOST_IDLE_DAYS);
      return isUseUnknown === true || !isOld ? undefined : `no use${observedSince === undefined ? '' : ` since ${observedSince.slice(0, 10)}`} ${NOT_COUNTED}`;
    },
  },
  {
    rule: 'disabled-with-access',
    detail: ({ isDisabled, keys, held }) => (!isDisabled || keys.length + held.length === 0 ? undefined
      : `disabled, and not deleted: anyone who enables it brings back ${counted(keys.length, 'key')} and ${counted(held.length, 'role')}`),
  },
  {
    rule: 'key-leaked',
    detail: ({ leaked }) => (leaked.length === 0 ? undefined : leaked.map(({ id, what }) => `Google found that key ${id} was ${what}`).join(', ')),
  },
  {
    rule: 'third-party',
    detail: ({ assumedBy }) => naming(assumedBy.filter(({ weakness }) => weakness === 'no-external-id'), 'of a project that is not in this inventory:'),
  },
  {
    rule: 'administrator',
    detail: ({ power: { level, statements } }) => (level === 'full' ? statements.map(({ allows }) => allows).join(', ') : undefined),
  },
  {
    rule: 'default-account',
    detail: ({ defaultOf, power: { level, statements } }) => (defaultOf === undefined || level !== 'full' ? undefined
      : `the default account of ${defaultOf}: what runs in the project without an account of its own has ${statements[0].policy}`),
  },
  {
    rule: 'cross-project',
    detail: ({ account, held }) => {
      const others = held.flatMap((one) => (isOtherProject(one, account) ? [`${one.role} on ${one.on}`] : []));
      return others.length === 0 ? undefined : `has roles in other projects: ${others.join(', ')}`;
    },
  },
  {
    rule: 'stages-mixed',
    detail: ({ name, account, assumedBy, held }) => {
      const own = stageIn(name.split('@')[0]) ?? stageIn(account);
      const differs = (other: string): boolean => ![undefined, own].includes(stageIn(other));
      const caller = own === undefined ? undefined : assumedBy.find((one) => differs(one.name));
      const place = own === undefined ? undefined : held.find(({ on }) => on.startsWith('projects/') && differs(on.split('/')[1]));
      return caller !== undefined ? `by the names, ${stageIn(caller.name)} reaches ${own}: ${caller.name}`
        : place === undefined ? undefined : `by the names, ${own} reaches ${stageIn(place.on.split('/')[1])}: ${place.role} on ${place.on}`;
    },
  },
  {
    rule: 'shared',
    detail: ({ direct }) => {
      const users = direct.filter(({ kind }) => kind !== 'people' && kind !== 'deleted');
      return users.length < 2 ? undefined : `${users.length} callers share it: ${users.map(({ name }) => name).join(', ')}`;
    },
  },
  {
    rule: 'person-and-machine',
    detail: ({ direct }) => naming(direct.filter(({ kind }) => kind === 'people'), 'people can act as it:'),
  },
  {
    rule: 'people-through-project',
    detail: ({ through }) => naming(through.filter(({ kind }) => kind === 'people'), 'people can act as it and as every other account, by a role on the project:'),
  },
];

const RULES: readonly Rule<JudgingAccount>[] = [
  ...OWN,
  ...rulesNamed('deleted-principal-trusted', 'inactive-key-kept', 'anyone-trusted', 'becomes-others', 'whole-service', 'open-federation', 'old-key'),
];

/** Findings of a service account, the most severe first. */
export function findingsOfAccount(account: JudgingAccount, now: Date): Finding[] {
  return findingsBy(RULES, account, now);
}

/** A role on a project, or on a resource whose name has its project. */
function isOtherProject({ on }: Held, project: string): boolean {
  const [, other] = /^projects\/([^/]+)/.exec(on) ?? [];
  return other !== undefined && other !== '_' && other !== project;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
