import { createHash } from 'node:crypto';
import { REDUCTION_POLICY } from '../../../../src/contract/policy-names';
import { agentTags, isReservedTag } from '../../../../src/contract/tags';
import { canonicalJson } from '../../../../src/core/canonical-json';
import { shown } from '../../../../src/core/shown';
import { iamTagValue } from '../../../../src/core/tag-value';
import { Drift, DriftRecord, SeenPart, SeenPrincipal } from '../../../model/drift';
import { PlacementState } from '../../../model/placement-state';

type Kind = 'appeared' | 'vanished' | 'changed';

/** One difference. The evidence tells two changes of the same thing apart; only its digest is kept. */
interface Line {
  readonly kind: Kind;
  readonly what: string;
  readonly evidence?: string;
}

/** The lines of each kind that are stored and sent. State and event stay small, whatever somebody attaches. */
const MOST_LINES = 10;
const MOST_KEPT = 40;
const LINE_DIGEST = 16;

/** The difference between a principal and what the last deployment made of it. Undefined if nothing differs. */
export function driftOfPrincipal(
  state: PlacementState, principal: SeenPrincipal, baseline: Readonly<Record<string, SeenPart>>, profiles: readonly string[],
): Drift | undefined {
  return driftOfLines([
    ...principal.added.inline.map(appeared('inline policy')),
    ...principal.added.attached.map(appeared('attached policy')),
    ...principal.profiles.filter((name) => !profiles.includes(name)).map(appeared('instance profile')),
    ...(principal.reduction === undefined ? [] : [{ kind: principal.reduction, what: `inline policy ${REDUCTION_POLICY}` }]),
    ...principal.missing.map((what): Line => ({ kind: 'vanished', what })),
    ...boundaryLines(state.principals[state.present].boundary, principal.boundary),
    ...tagLines(tagsOf(state, principal.tagPrefix), principal),
    ...Object.entries(principal.parts).filter(([what, { digest }]) => baseline[what]?.digest !== digest)
      .map(([what, { digest }]): Line => ({ kind: 'changed', what, evidence: digest })),
  ]);
}

/** The difference of a principal whose role is missing. */
export function driftOfMissing({ principals, present }: PlacementState): Drift {
  return driftOfLines([{ kind: 'vanished', what: `role ${principals[present].roleArn} with the id ${present}` }])!;
}

/**
 * The parts with which later checks are compared. A part that CloudFormation wrote since, or that was never seen before, is recorded as it is now;
 * all others stay as they were, so a deployment that does not touch the role accepts nothing that was changed by hand.
 */
export function baselineAfter(record: DriftRecord | undefined, present: string, parts: SeenPrincipal['parts']): Record<string, SeenPart> {
  const known = record?.roleId === present ? record.baseline ?? {} : {};
  return Object.fromEntries(Object.entries(parts).map(([what, part]) => [what, known[what]?.writtenAt === part.writtenAt ? known[what] : part]));
}

function appeared(what: string): (name: string) => Line {
  return (name) => ({ kind: 'appeared', what: `${what} ${name}` });
}

function boundaryLines(wanted: string | undefined, found: string | undefined): Line[] {
  const what = 'permissions boundary';
  return wanted === found ? []
    : wanted === undefined ? [{ kind: 'appeared', what: `${what} ${found}` }]
      : found === undefined ? [{ kind: 'vanished', what: `${what} ${wanted}` }]
        : [{ kind: 'changed', what: `${what} from ${wanted} to ${found}` }];
}

/** The reserved tags, as the construct sets them. */
function tagsOf({ placement, declared: { sponsor, stage, expiresAt, purpose } }: PlacementState, prefix: string): Record<string, string | undefined> {
  const keys = agentTags(prefix);
  return {
    [keys.name]: placement.agentName,
    [keys.sponsor]: sponsor.id,
    [keys.stage]: stage,
    [keys.expires]: expiresAt,
    [keys.purpose]: iamTagValue(purpose),
    [keys.costCenter]: sponsor.costCenter,
  };
}

/** IAM compares keys without regard to case. A value that was set by hand may be anything, so it is not shown. */
function tagLines(wanted: Record<string, string | undefined>, { tags, tagPrefix }: SeenPrincipal): Line[] {
  const found = new Map(Object.entries(tags).filter(([key]) => isReservedTag(tagPrefix, key)).map(([key, value]) => [key.toLowerCase(), value]));
  return Object.entries(wanted).flatMap(([key, value]): Line[] => {
    const there = found.get(key.toLowerCase());
    const what = `tag ${key}`;
    return there === value ? [] : [{ kind: value === undefined ? 'appeared' : there === undefined ? 'vanished' : 'changed', what, evidence: there }];
  });
}

function driftOfLines(lines: readonly Line[]): Drift | undefined {
  if (lines.length === 0) {
    return undefined;
  }
  const sorted = lines.map((line) => ({ ...line, evidence: line.evidence ?? '' }))
    .sort((one, other) => (canonicalJson(one) < canonicalJson(other) ? -1 : 1));
  const of = (kind: Kind): string[] => sorted.filter((line) => line.kind === kind).map(({ what }) => what);
  const [all, kept] = [of, (kind: Kind) => of(kind).slice(0, MOST_LINES).map(bounded)];
  return {
    appeared: kept('appeared'),
    vanished: kept('vanished'),
    changed: kept('changed'),
    omitted: (['appeared', 'vanished', 'changed'] as const).reduce((sum, kind) => sum + Math.max(0, all(kind).length - MOST_LINES), 0),
    digest: digestOf(canonicalJson(sorted)),
    ...(sorted.length > MOST_KEPT ? {} : { lines: sorted.map((line) => digestOf(canonicalJson(line)).slice(0, LINE_DIGEST)) }),
  };
}

/** Whether a difference contains something that an earlier one does not. */
export function isNews(drift: Drift, before: Drift | undefined): boolean {
  if (before === undefined || drift.digest === before.digest) {
    return before === undefined;
  }
  return drift.lines === undefined || before.lines === undefined || drift.lines.some((line) => !before.lines!.includes(line));
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

const LONGEST_LINE = 300;

/** Names come from anyone who created a policy. */
function bounded(line: string): string {
  return line.length > LONGEST_LINE ? shown(line) : line;
}
