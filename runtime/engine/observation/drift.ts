import { createHash } from 'node:crypto';
import { seenOfAdopted } from './drift-of-adopted';
import { DELEGATION_CUTS } from '../../../src/contract/delegation';
import { ACCESS_POLICY, denyAllArn, GUARD_POLICY, QUARANTINE_POLICY, REDUCTION_POLICY } from '../../../src/contract/policy-names';
import { RegistryNames } from '../../../src/contract/registry-names';
import { canonicalJson, JsonValue } from '../../../src/core/canonical-json';
import { reasonOf } from '../../../src/core/errors';
import { goneStack, isGoneStack, viewStack, WrittenRole, writtenRole } from '../../aws/cloudformation';
import { attachedPolicies } from '../../aws/granted';
import {
  accessPartsOf, describePrincipal, guardsOfPrincipal, inspectPrincipal, isDelegationCut, isInBandAttached, isInBandInline, possibleAccessParts,
  PrincipalDescription, profilesOf,
} from '../../aws/principals';
import { reductionPolicy } from '../../certification';
import { DriftLook, SeenPart, SeenPrincipal } from '../../model/drift';
import { isAdopted, PlacementState, PrincipalRecord } from '../../model/placement-state';
import { declarationOf, SETTLES_MS } from '../agenda/drift';
import { isAtRest } from '../decision/rest';
import { Engine } from '../engine';

/**
 * Looks at the present principal and at when CloudFormation wrote it. The stack must be at rest before and after IAM is read, so no deployment in between
 * is taken for a change by hand. Whatever does not answer makes the look unknown.
 */
export async function lookForDrift(engine: Engine, state: PlacementState): Promise<DriftLook> {
  try {
    return await look(engine, state);
  } catch (error) {
    return { kind: 'unknown', reason: reasonOf(error) };
  }
}

async function look(engine: Engine, state: PlacementState): Promise<DriftLook> {
  const { owner: { stackId }, principals, present } = state;
  const principal = principals[present];
  if (!await atRest(engine, stackId)) {
    return { kind: 'deploying', settles: false };
  }
  const written = await writtenRole(engine, stackId, principal, state.placement.agentName);
  if (isFresh(written, engine.now())) {
    return { kind: 'deploying', settles: true };
  }
  const described = await describePrincipal(engine, principal);
  const more = described === undefined ? [] : await partsOfAccess(engine, principal, described);
  if (described === undefined) {
    return await isMissing(engine, principal) ? { kind: 'missing' } : { kind: 'unknown', reason: 'the role changed while it was read' };
  }
  const profiles = await profilesOf(engine, principal.roleName);
  if (!await atRest(engine, stackId)) {
    return { kind: 'deploying', settles: false };
  }
  return { kind: 'seen', principal: seenOf(engine, state, principal, described, profiles, { ...written, more }) };
}

async function atRest(engine: Engine, stackId: string): Promise<boolean> {
  const { status } = await isGoneStack(engine, stackId) ? goneStack(stackId) : await viewStack(engine, stackId);
  return isAtRest(status);
}

/** The content of the managed policies with the access that are attached, by ARN. */
async function partsOfAccess(
  engine: Engine, principal: PrincipalRecord, { attached }: PrincipalDescription,
): Promise<[arn: string, document: string][]> {
  const arns = accessPartsOf(engine, principal).filter((arn) => attached.includes(arn));
  const { found, unread: [unread] } = await attachedPolicies(engine, arns);
  if (unread !== undefined) {
    throw new Error(`${unread.what} can't be read: ${unread.reason}`);
  }
  return arns.map((arn, index) => [arn, found[index].document]);
}

function isFresh({ roleWrittenAt, accessWrittenAt, partsWrittenAt }: WrittenRole, now: Date): boolean {
  return [roleWrittenAt, accessWrittenAt, ...partsWrittenAt].some((at) => at !== undefined && Date.parse(at) > now.getTime() - SETTLES_MS);
}

/** The first look also returns nothing if one of the policies vanished in between. */
async function isMissing(engine: Engine, principal: PrincipalRecord): Promise<boolean> {
  return !(await inspectPrincipal(engine, principal)).present;
}

function seenOf(
  engine: Engine, state: PlacementState, principal: PrincipalRecord, described: PrincipalDescription, profiles: readonly string[],
  written: WrittenRole & { readonly more: readonly [arn: string, document: string][] },
): SeenPrincipal {
  const { boundary, tags, inline, attached, trust, maxSessionSeconds } = described;
  const declaration = declarationOf(state);
  const part = (content: JsonValue, writtenAt = declaration): SeenPart => ({ digest: digestOf(content), writtenAt });
  const [ofRole, ofAccess] = [written.roleWrittenAt, written.accessWrittenAt];
  const names = new RegistryNames(engine.registry, engine.registryPath);
  const parts = accessPartsOf(engine, principal);
  const path = `arn:${engine.partition}:iam::${principal.roleArn.split(':')[4]}:policy${engine.registryPath}`;
  const ofOwner = {
    ...(trust === undefined ? {} : { 'trust policy': part(parsed(trust), ofRole) }),
    ...(maxSessionSeconds === undefined ? {} : { 'maximum session duration': part(maxSessionSeconds, ofRole) }),
  };
  const seen: SeenPrincipal = {
    ...(boundary === undefined ? {} : { boundary }),
    tags,
    tagPrefix: engine.tagPrefix,
    added: {
      // The principal is not denied by the registry now, so policies with the names of its denial are not the registry's.
      inline: Object.keys(inline).filter((name) => (
        name === QUARANTINE_POLICY || (name === REDUCTION_POLICY && state.reduction === undefined)
        || (name.startsWith(DELEGATION_CUTS) ? !isDelegationCut(name, inline[name]) : !isInBandInline(principal, name)))).sort(),
      attached: attached.filter((arn) => arn === denyAllArn(engine.partition) || !isInBandAttached(engine, principal, arn)).sort(),
    },
    protectedNames: [
      ACCESS_POLICY, GUARD_POLICY, QUARANTINE_POLICY, REDUCTION_POLICY, denyAllArn(engine.partition), `${path}${names.noSessionsPolicy}`,
      ...possibleAccessParts(engine, principal),
    ],
    missing: [
      ...[ACCESS_POLICY, ...(principal.ownGuard === true ? [GUARD_POLICY] : [])].filter((name) => !(name in inline)).map((name) => `inline policy ${name}`),
      ...parts.filter((arn) => !attached.includes(arn)).map((arn) => `attached policy ${nameIn(arn)}`),
      ...guardsOfPrincipal(engine, principal).filter((either) => !attached.some((arn) => either.some((guard) => arn.endsWith(guard))))
        .map((either) => `attached policy ${either.map(nameIn).join(' or ')}`),
    ],
    ...reductionIn(state, inline),
    profiles: profiles.filter((name) => !written.profiles.includes(name)),
    parts: {
      ...ofOwner,
      ...(GUARD_POLICY in inline && principal.ownGuard === true ? { [`inline policy ${GUARD_POLICY}`]: part(parsed(inline[GUARD_POLICY]), ofRole) } : {}),
      ...(ACCESS_POLICY in inline ? { [`inline policy ${ACCESS_POLICY}`]: part(parsed(inline[ACCESS_POLICY]), ofAccess) } : {}),
      ...Object.fromEntries(written.more.map(([arn, document]) => [`attached policy ${nameIn(arn)}`, part(parsed(document), written.partsWrittenAt[parts.indexOf(arn)])])),
    },
  };
  if (!isAdopted(principal)) {
    return seen;
  }
  const adopted = seenOfAdopted(engine, state, principal, described, ofRole ?? declaration);
  return { ...seen, ...adopted, parts: { ...ofOwner, ...adopted.parts } };
}

function nameIn(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1);
}

/** The Deny of reviews is written by the engine, so its content is known. */
function reductionIn({ reduction }: PlacementState, inline: PrincipalDescription['inline']): Pick<SeenPrincipal, 'reduction'> {
  if (reduction === undefined || !(REDUCTION_POLICY in inline)) {
    return reduction === undefined ? {} : { reduction: 'vanished' };
  }
  const wanted = parsed(reductionPolicy(reduction.denied));
  return canonicalJson(parsed(inline[REDUCTION_POLICY])) === canonicalJson(wanted) ? {} : { reduction: 'changed' };
}

/** Spaces and the order of members mean nothing. */
function parsed(document: string): JsonValue {
  return JSON.parse(document) as JsonValue;
}

function digestOf(content: JsonValue): string {
  return createHash('sha256').update(canonicalJson(content)).digest('hex');
}
