import { cutAll, withLifted } from './cut';
import { switchOffFormer } from './former-credentials';
import { takeSnapshot } from './snapshot';
import { RetryableError } from '../../../src/core/errors';
import { denyPrincipal, inspectPrincipal, isDeniedByUs, isSimulatedAsDenied, liftedMeans } from '../../aws/principals';
import { Denial, PlacementState, PrincipalRecord } from '../../model/placement-state';
import { Engine } from '../engine';
import { advance, ExecutionProgress, StepInput } from '../execution';
import { PlannedRequest, eventContext, loadPlannedRequest, stateOf } from '../loaded-request';

/**
 * Denies the plan's principals everything, by another means where one is forbidden. The boundary to restore is stored before it is replaced.
 *
 * @throws RetryableError `NotDenied` when the policy simulator does not show the denial yet, or no means works for a principal whose access goes to a
 *   successor
 */
export async function quarantine(engine: Engine, input: StepInput): Promise<ExecutionProgress> {
  const loaded = await loadPlannedRequest(engine, input);
  let state = stateOf(loaded);
  const snapshot = state.suspension !== undefined && loaded.plan.events.some(({ name }) => name === 'suspended') && state.suspension.snapshot === undefined
    ? takeSnapshot(engine, state, input.requestId)
    : undefined;
  await snapshot?.bounded;
  let waitSeconds = 0;
  const failures: unknown[] = [];
  for (const roleId of loaded.plan.quarantine) {
    try {
      state = await quarantineOne(engine, loaded, state, state.principals[roleId]);
    } catch (error) {
      // A principal that can't be denied must not keep the others live. The state is read again, because part of the denial may be recorded.
      failures.push(error);
      state = stateOf(await loadPlannedRequest(engine, input));
      continue;
    }
    const { denial } = state.principals[roleId];
    if (denial !== undefined) {
      const since = (engine.now().getTime() - Date.parse(denial.at)) / 1000;
      waitSeconds = Math.max(waitSeconds, Math.ceil(engine.config.propagationWaitSeconds - since));
    }
  }
  if (failures.length === 0) {
    await switchOffFormer(engine, loaded, state);
  }
  if (snapshot !== undefined && state.suspension !== undefined) {
    const suspension = { ...state.suspension, snapshot: await snapshot.result() };
    await engine.ledger.commit(loaded.request.placement, state, { suspension }, [], eventContext(engine, loaded.request));
  }
  if (failures.length > 0) {
    if (loaded.plan.cuts === 'apply') {
      // A principal that can't be denied must at least not be made to act.
      await cutAll(engine, input);
    }
    throw failures[0];
  }
  return advance(input.progress!, { waitSeconds: loaded.plan.wait ? Math.max(0, waitSeconds) : 0 });
}

async function quarantineOne(engine: Engine, loaded: PlannedRequest, state: PlacementState, principal: PrincipalRecord): Promise<PlacementState> {
  const found = await inspectPrincipal(engine, principal);
  if (!found.present) {
    // The registry itself may have deleted the role of a principal that was torn down.
    return principal.missingSince !== undefined || principal.verifiedAt !== undefined
      ? state
      : write(engine, loaded, state, principal, { missingSince: engine.now().toISOString() });
  }
  const intact = principal.denial !== undefined && principal.originalBoundary !== undefined && await isDeniedByUs(engine, principal, found);
  const lifted = state.suspension !== undefined && principal.denial?.confirmedAt !== undefined ? await liftedMeans(engine, principal, found) : [];
  const at = intact ? new Date(principal.denial!.at) : engine.now();
  const noted = intact && principal.missingSince === undefined && lifted.length === 0 ? state : await write(engine, loaded, state, principal, {
    denial: intact ? principal.denial : { at: at.toISOString(), by: [] },
    missingSince: undefined,
    originalBoundary: principal.originalBoundary === undefined ? found.boundary : principal.originalBoundary,
    ...(principal.status === 'live' ? { status: 'quarantined' as const } : {}),
  }, lifted.map((means) => `${means} of ${principal.roleArn}`));
  const { by, failures } = await denyPrincipal(engine, principal, at, loaded.plan.byEveryMeans);
  const isTornDown = loaded.plan.retire.includes(principal.roleId);
  if (by.length === 0 && isTornDown) {
    // The teardown continues and removes what the principal holds. The live-sessions wiper then reports that its sessions could not be denied, and
    // why.
    engine.log.warn('could not deny', { role: principal.roleArn, failures });
    return noted;
  }
  if (by.length === 0 || !await isSimulatedAsDenied(engine, principal)) {
    throw new RetryableError('NotDenied', `principal ${principal.roleArn} is not denied everything: ${failures.join('; ') || 'IAM\'s policy simulator does not show the denial yet'}`);
  }
  const confirmedAt = (intact ? principal.denial?.confirmedAt : undefined) ?? engine.now().toISOString();
  const denial: Denial = { at: at.toISOString(), by, confirmedAt };
  return write(engine, loaded, noted, principal, { denial });
}

async function write(
  engine: Engine, { request }: PlannedRequest, state: PlacementState, { roleId }: PrincipalRecord, fields: Partial<PrincipalRecord>,
  lifted: readonly string[] = [],
): Promise<PlacementState> {
  const committed = await engine.ledger.commit(request.placement, state, {
    principals: { [roleId]: fields },
    ...(lifted.length === 0 || state.suspension === undefined ? {} : { suspension: withLifted(state.suspension, request.requestId, lifted) }),
  }, [], eventContext(engine, request));
  return committed.state;
}
