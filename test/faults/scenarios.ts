import { OrderLedger } from '../../runtime/ledger';
import { formerCredentials } from '../../runtime/model/own-credentials';
import { PlacementState, statusOf } from '../../runtime/model/placement-state';
import { openRevocations } from '../../runtime/model/revocation';
import { CredentialProperties } from '../../src/contract/lifecycle-resource';
import { orderId } from '../../src/contract/orders';
import { requestIdOf } from '../../src/contract/request-id';
import { ResidueKind } from '../../src/contract/residue';
import { RevokerProperties } from '../../src/contract/revokers';
import { Course } from '../runtime/engine/cloudformation';
import { PLACEMENT } from '../runtime/engine/decision/requests';
import { ADA, ReviewWorld } from '../runtime/engine/review-world';

/** Something that happens to an agent while calls go wrong. */
export interface Scenario {
  /** Without faults. */
  readonly before: (world: ReviewWorld) => Promise<unknown>;
  /** With faults. It is repeated after they have ended, as the person or service that asked would do. */
  readonly act: (world: ReviewWorld) => Promise<unknown>;
  /** Whether it is as it was to be. */
  readonly isDone: (world: ReviewWorld) => Promise<boolean>;
  /** It gives access back before that is recorded. */
  readonly mayResume?: true;
  /** What must not be at any call, in words. */
  readonly breaches?: (world: ReviewWorld, state: PlacementState) => string[];
}

export const PK = `placement#${PLACEMENT.account}#${PLACEMENT.agentName}`;

/** The state as the table has it, without a call. */
export function stateIn({ fake: { memory } }: ReviewWorld): PlacementState | undefined {
  return (memory.items.get(`${PK}|state`) as { state?: PlacementState } | undefined)?.state;
}

const CRM: RevokerProperties = { Id: 'crm', Kind: 'http', Settings: { url: 'https://crm.example.com/{agentName}' } };
const BOT: RevokerProperties = { ...CRM, Id: 'bot', OnSuspend: 'true' };
const SAP: RevokerProperties = { Id: 'sap', Kind: 'human', Settings: { team: ['kim@example.com'], steps: ['Lock the user and delete it'] } };
const LDAP: RevokerProperties = { Id: 'ldap', Kind: 'queue', Settings: { worker: 'directory', subject: 'svc-invoice' } };
const MAY = ['dynamodb:GetItem', 's3:GetObject'];
const join = (world: ReviewWorld): Promise<void> => world.join(MAY);
const deployed = (stage: string, course: Course = {}) => (world: ReviewWorld): Promise<void> => world.deploy(stage, MAY, course);
const inStage = (stage: string) => async (world: ReviewWorld): Promise<boolean> => {
  const state = await world.state();
  return state?.status === 'active' && state.pending === undefined && state.declared.stage === stage && world.stack.agent?.stage === stage;
};
const hasLeft = async (world: ReviewWorld): Promise<boolean> => {
  const state = await world.state();
  return (state === undefined || state.status === 'left') && world.canAct().length === 0;
};
const statusIs = (status: string) => async (world: ReviewWorld): Promise<boolean> => {
  const state = await world.state();
  return state !== undefined && statusOf(state) === status;
};
/** Access, a policy attached by hand and a secret: something for several wipers. */
const withLeftovers = async (world: ReviewWorld): Promise<void> => {
  await join(world);
  const role = world.fake.iam.byId(world.stack.agent!.roleId)!;
  role.attached.add('arn:aws:iam::aws:policy/AdministratorAccess');
  role.inline.set('by-hand', '{}');
  world.fake.iam.instanceProfiles.set('by-hand', role.roleName);
  world.fake.compute.functions.set('worker', { role: `arn:aws:iam::111122223333:role${role.path}${role.roleName}` });
};
const askToSuspend = (world: ReviewWorld) => world.ask({ kind: 'suspend', reason: 'Its key was seen in a public place' });
/** Asked again, it switches off what it could not switch off before. */
const suspend = async (world: ReviewWorld): Promise<void> => {
  if (!await statusIs('suspended')(world)) {
    await askToSuspend(world);
  }
};
const resume = async (world: ReviewWorld): Promise<void> => {
  if ((await world.state())?.suspension !== undefined) {
    await world.ask({ kind: 'resume', reason: 'The emergency is over' });
  }
};

/** It left, and nothing outside of AWS is open: each revocation was confirmed once, in a part of the certificate if it was open in the first one. */
const isRevoked = async (world: ReviewWorld): Promise<boolean> => {
  const revocations = (await world.state())?.revocations ?? [];
  const confirmed = (await world.names()).filter((name) => name === 'revocation-confirmed').length;
  return await hasLeft(world) && revocations.length > 0 && revocations.every((one) => one.confirmed !== undefined && one.openIn === undefined)
    && confirmed === revocations.length && [...world.fake.thirdParties.access.values()].every((presence) => presence === 'absent');
};
const withRevokers = (...revokers: RevokerProperties[]) => async (world: ReviewWorld): Promise<void> => {
  revokers.filter(({ Kind }) => Kind === 'http').forEach(({ Id }) => world.fake.thirdParties.access.set(Id, 'active'));
  await world.deploy('test', MAY, { revokers });
};
const leftOpen = (...revokers: RevokerProperties[]) => async (world: ReviewWorld): Promise<void> => {
  await withRevokers(...revokers)(world);
  world.fake.thirdParties.refusing.set('crm', 'it responded 503');
  await world.stack.destroy();
  await world.fake.resume();
  world.fake.thirdParties.refusing.clear();
  world.pass(1);
};
/** A person of the team confirms on the page, unless it is recorded already. */
const confirm = async (world: ReviewWorld): Promise<void> => {
  const [open] = openRevocations((await world.state())!);
  if (open !== undefined) {
    await world.confirm(open, { proof: 'sign-in', email: 'kim@example.com', issuer: 'https://id.example.com', subject: 'kim' });
  } else {
    await world.sweepAll();
  }
};

const KEY: CredentialProperties = { Kind: 'api-gateway-key', Name: 'agents_invoice-bot_test_erp' };
const NEXT: CredentialProperties = { ...KEY, Name: 'agents_invoice-bot_test_erp_2' };
/** CloudFormation makes the key after it asked the engine, and never deletes one. */
const withKey = (key: CredentialProperties, id: string) => async (world: ReviewWorld): Promise<void> => {
  (world.fake.engine.wipes as Set<ResidueKind>).add(ResidueKind.API_GATEWAY_KEYS);
  await world.deploy('test', MAY, { credentials: [key] });
  if ((await world.state())?.declared?.credentials?.some(({ name }) => name === key.Name) === true) {
    world.fake.services.apiKeys.set(id, key.Name);
  }
};
const keysAre = (...ids: string[]) => (world: ReviewWorld): boolean => [...world.fake.services.apiKeys.keys()].join() === ids.join();
const withFormerKey = async (world: ReviewWorld): Promise<void> => {
  await withKey(KEY, 'k1')(world);
  await withKey(NEXT, 'k2')(world);
};
const suspendWithKey = async (world: ReviewWorld): Promise<void> => {
  await withKey(KEY, 'k1')(world);
  await suspend(world);
};
/** A worker that is away: which orders it has answered, and what was asked of third parties under an agent that had joined again. */
const away = new WeakMap<ReviewWorld, { readonly answered: Set<string>; readonly breaches: string[]; knocks: number }>();
const ordersOf = ({ fake: { thirdParties } }: ReviewWorld): string[] => [...new Set(thirdParties.orders.filter(({ kind }) => kind === 'queue').map(orderId))];
const livesAgain = (state?: PlacementState): boolean => state?.status === 'active' && state.declared.stage === 'staging';
const withWorkerAway = async (world: ReviewWorld): Promise<void> => {
  const breaches: string[] = [];
  away.set(world, { answered: new Set(), breaches, knocks: 0 });
  world.fake.thirdParties.instead = ({ kind, revoker }) => {
    if (livesAgain(stateIn(world))) {
      breaches.push(`${revoker} of an agent that has joined again is revoked`);
    }
    return kind === 'queue' ? { outcome: 'awaiting', acted: true, note: 'the worker directory was asked' } : undefined!;
  };
  await withRevokers(CRM, LDAP)(world);
};
/** The worker is back, and carries out what is in its queue. */
const workOff = async (world: ReviewWorld): Promise<void> => {
  const ledger = new OrderLedger(world.fake.engine.table);
  for (const id of ordersOf(world)) {
    await ledger.keep(id, { worker: 'directory', at: world.fake.now.toISOString(), found: 'active', now: 'absent' }, world.fake.now);
    away.get(world)!.answered.add(id);
  }
  const requestId = requestIdOf('event', 'hear-worker', `answers-${away.get(world)!.knocks++}`);
  await world.fake.run({ requestId, registry: 'agents', placement: PLACEMENT, origin: { kind: 'event', arn: 'arn:aws:sqs:::answers' }, intent: { kind: 'hear-worker' } });
};
/** The agent is removed from its stack, and put back before and after the worker has done its work. */
const leaveAndJoin = async (world: ReviewWorld): Promise<void> => {
  const { stack, fake: { iam } } = world;
  const putBack = async (): Promise<void> => {
    if (stack.agent === undefined && !stack.stuck) {
      // CloudFormation gave up the role of a refused join, which never was an agent's. The sweep reports it, and a person deletes it.
      const principals = stateIn(world)?.principals ?? {};
      [...iam.roles.values()].filter(({ roleId, roleName }) => principals[roleId] === undefined && !stack.held.has(roleName))
        .forEach(({ roleId }) => iam.deleteRole(roleId));
      await world.deploy('staging', MAY, { revokers: [CRM, LDAP] });
    }
  };
  if (stack.agent?.stage === 'test') {
    await stack.remove();
  }
  await putBack();
  await workOff(world);
  await putBack();
};
/** What its former life has asked for ends nothing of an agent that has joined again with the same accounts. */
const endedByFormerLife = (world: ReviewWorld, state: PlacementState): string[] => {
  const { answered, breaches } = away.get(world)!;
  const open = livesAgain(state) ? ordersOf(world).filter((id) => !answered.has(id)) : [];
  return [...breaches, ...open.map(() => 'an order may still end an account of an agent that has joined again')];
};

export const SCENARIOS: Readonly<Record<string, Scenario>> = {
  'join': { before: async () => undefined, act: (world) => world.stack.agent === undefined ? join(world) : Promise.resolve(), isDone: inStage('test') },
  'move': { before: withLeftovers, act: deployed('staging'), isDone: inStage('staging') },
  'move that keeps the old role until compute has moved': {
    before: async (world) => {
      await world.join(MAY, 'production');
    },
    act: deployed('test'),
    isDone: inStage('test'),
  },
  'undo by a Delete': { before: withLeftovers, act: deployed('staging', { fails: true, undo: 'delete' }), isDone: inStage('test') },
  'undo by an Update': { before: withLeftovers, act: deployed('staging', { fails: true, undo: 'update' }), isDone: inStage('test') },
  'undo by both': { before: withLeftovers, act: deployed('staging', { fails: true, undo: 'both', doubled: true }), isDone: inStage('test') },
  'leave with the stack': { before: withLeftovers, act: (world) => world.stack.destroy(), isDone: hasLeft },
  'leave by a removed construct': { before: withLeftovers, act: (world) => world.stack.remove(), isDone: hasLeft },
  'leave with access outside of AWS': { before: withRevokers(CRM), act: (world) => world.stack.destroy(), isDone: isRevoked },
  'sweep that revokes what a leave could not': { before: leftOpen(CRM), act: (world) => world.sweepAll(), isDone: isRevoked },
  'confirmation by a person': { before: leftOpen(SAP), act: confirm, isDone: isRevoked },
  'leave and join': {
    before: withWorkerAway,
    act: leaveAndJoin,
    isDone: async (world) => await inStage('staging')(world) && (await world.state())?.revocations === undefined,
    breaches: endedByFormerLife,
  },
  'suspend': { before: withLeftovers, act: suspend, isDone: statusIs('suspended') },
  'resume': {
    before: async (world) => {
      await withLeftovers(world);
      await suspend(world);
    },
    act: resume,
    isDone: statusIs('active'),
    mayResume: true,
  },
  'suspend and resume with access outside of AWS': {
    before: withRevokers(BOT),
    act: async (world) => {
      await suspend(world);
      await resume(world);
    },
    isDone: async (world) => await statusIs('active')(world) && world.fake.thirdParties.access.get('bot') === 'active',
    mayResume: true,
  },
  'resume and suspend with access outside of AWS': {
    before: async (world) => {
      await withRevokers(BOT)(world);
      await suspend(world);
    },
    act: async (world) => {
      await resume(world);
      // Also if the resumption failed half way.
      await askToSuspend(world);
    },
    isDone: async (world) => await statusIs('suspended')(world) && world.fake.thirdParties.access.get('bot') === 'inactive',
    mayResume: true,
  },
  'join with a key': {
    before: async () => undefined,
    act: withKey(KEY, 'k1'),
    isDone: async (world) => await inStage('test')(world) && keysAre('k1')(world),
  },
  'another generation of a key': {
    before: withKey(KEY, 'k1'),
    act: withKey(NEXT, 'k2'),
    // Sweeps delete the former one later.
    isDone: async (world) => await inStage('test')(world) && world.fake.services.apiKeys.has('k2')
      && (formerCredentials((await world.state())!).length === 1 || !world.fake.services.apiKeys.has('k1')),
  },
  'sweep that deletes a former key': {
    before: async (world) => {
      await withFormerKey(world);
      world.pass(1);
    },
    act: (world) => world.sweepAll(),
    isDone: async (world) => keysAre('k2')(world) && formerCredentials((await world.state())!).length === 0,
  },
  'suspend with a key': {
    before: withKey(KEY, 'k1'),
    act: suspend,
    isDone: async (world) => await statusIs('suspended')(world) && world.fake.services.off.has('k1'),
  },
  'sweep that finds the key of a suspended agent on': {
    before: async (world) => {
      await suspendWithKey(world);
      world.fake.services.off.delete('k1');
      world.pass(1);
    },
    act: (world) => world.sweepAll(),
    // If a look failed in between, it is off a sweep later, and the event says that the suspension is complete. If the execution ended after the key was switched off, the event says that it failed.
    isDone: async (world) => world.fake.services.off.has('k1')
      && (await world.names()).some((name) => ['suspension-reasserted', 'suspension-completed', 'transition-failed'].includes(name)),
  },
  'resume with a key': {
    before: suspendWithKey,
    act: resume,
    isDone: async (world) => await statusIs('active')(world) && !world.fake.services.off.has('k1'),
    mayResume: true,
  },
  'leave with a former key': { before: withFormerKey, act: (world) => world.stack.destroy(), isDone: async (world) => await hasLeft(world) && keysAre()(world) },
  'reduce': {
    before: async (world) => {
      await join(world);
      await world.open();
    },
    act: async (world) => {
      if ((await world.state())?.reduction === undefined) {
        await world.decide(ADA, { verdict: 'reduce', actions: ['s3'] });
      }
    },
    isDone: async (world) => [...world.fake.iam.roles.values()].every(({ inline }) => inline.has('nhi-reduction')),
  },
  'sweep that opens a review': {
    before: async (world) => {
      await join(world);
      world.pass(61);
    },
    act: (world) => world.sweepAll(),
    isDone: async (world) => (await world.state())?.review?.open !== undefined,
  },
  'sweep after the end': {
    before: async (world) => {
      await withLeftovers(world);
      world.pass(200);
      await world.sweepAll();
      world.pass(9);
    },
    act: (world) => world.sweepAll(),
    isDone: async (world) => world.canAct().length === 0 && (await world.state())?.status === 'left',
  },
};
